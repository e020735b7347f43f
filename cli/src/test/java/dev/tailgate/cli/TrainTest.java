package dev.tailgate.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tailgate.cli.reference.ReferenceFamily;
import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.OnnxModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainTest {
  @TempDir private static Path folder;
  private static ReferenceFamily.Unpacked files;
  private static Path model;

  private record Run(int code, String out, String err) {}

  @BeforeAll
  static void unpack() {
    files = ReferenceFamily.OPT.unpack(folder.resolve("models"));
    model = files.model("vanilla", 1);
  }

  private static Run run(String command, String... options) {
    List<String> args = new ArrayList<>(List.of(command, "--quiet", "--threads", "1"));
    args.addAll(List.of(options));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream talk = new ByteArrayOutputStream();
    int code = Main.run(out, talk, args.toArray(String[]::new));
    return new Run(
        code, out.toString(StandardCharsets.UTF_8), talk.toString(StandardCharsets.UTF_8));
  }

  private static Run train(Path from, Path to, String... options) {
    List<String> args = new ArrayList<>(List.of(from.toString(), "-o", to.toString()));
    args.addAll(List.of("--data", files.heldOut().toString(), "--samples", "96"));
    args.addAll(List.of("--out", folder.resolve("report").toString()));
    args.addAll(List.of(options));
    return run("train", args.toArray(String[]::new));
  }

  private static Map<String, ByteBuffer> weights(Path file) {
    Map<String, ByteBuffer> weights = new LinkedHashMap<>();
    for (ConstantTensor tensor : OnnxModel.load(file).graph().initializers().values()) {
      weights.put(
          tensor.name(), tensor.data().read(0, Math.toIntExact(tensor.data().byteLength())));
    }
    return weights;
  }

  private static void refuses(Run run, String... words) {
    assertThat(run.code()).as(run.err()).isEqualTo(3);
    assertThat(run.err()).contains(words);
  }

  @Test
  void aDecoderLearnsTheNextTokenAndStaysTheModelItWas() throws IOException {
    Path out = folder.resolve("trained.onnx");
    Run run = train(model, out, "--steps", "12", "--lr", "1e-3", "--format", "json");
    assertThat(run.code()).as(run.err()).isZero();
    JsonNode result = new ObjectMapper().readTree(run.out());
    assertThat(result.at("/losses/0").asText()).isEqualTo("cross-entropy");
    assertThat(result.at("/metric").asText()).isEqualTo("perplexity");
    assertThat(result.at("/after").asDouble()).isLessThan(result.at("/before").asDouble());
    assertThat(result.at("/curve")).hasSize(12);
    assertThat(folder.resolve("report/train.json")).hasContent(run.out());
    assertThat(folder.resolve("trained.onnx.checkpoint")).doesNotExist();
    OnnxModel before = OnnxModel.load(model);
    OnnxModel after = OnnxModel.load(out);
    assertThat(after.opset()).isEqualTo(before.opset());
    assertThat(after.graph().nodes().stream().map(n -> n.opType() + n.inputs() + n.outputs()))
        .isEqualTo(
            before.graph().nodes().stream()
                .map(n -> n.opType() + n.inputs() + n.outputs())
                .toList());
    assertThat(after.graph().initializers().keySet())
        .isEqualTo(before.graph().initializers().keySet());
    assertThat(weights(out)).isNotEqualTo(weights(model));
  }

  @Test
  void aTeacherNeedsNoLabelsAndFrozenWeightsStay() throws IOException {
    Path out = folder.resolve("taught.onnx");
    Run run =
        train(
            files.model("outeffhop", 1),
            out,
            "--teacher",
            model.toString(),
            "--steps",
            "4",
            "--freeze",
            "role:embedding",
            "--format",
            "json");
    assertThat(run.code()).as(run.err()).isZero();
    JsonNode result = new ObjectMapper().readTree(run.out());
    assertThat(result.at("/losses")).hasSize(1);
    assertThat(result.at("/losses/0").asText()).isEqualTo("teacher");
    assertThat(result.at("/weights/frozen").asInt()).isPositive();
  }

  @Test
  void throughQuantizersItEndsInTheModelThatIsDeployed() throws IOException {
    Path out = folder.resolve("rounded.onnx");
    Run run =
        train(
            model,
            out,
            "--teacher",
            model.toString(),
            "--qat",
            "w4a8",
            "--steps",
            "12",
            "--lr",
            "1e-3",
            "--format",
            "json");
    assertThat(run.code()).as(run.err()).isZero();
    JsonNode result = new ObjectMapper().readTree(run.out());
    double rounded = result.at("/after").asDouble();
    assertThat(rounded).isLessThan(result.at("/before").asDouble());
    JsonNode end = result.at("/quantized");
    assertThat(end.at("/scheme").asText()).isEqualTo("w4a8");
    assertThat(end.at("/float_before").asDouble()).isLessThan(result.at("/before").asDouble());
    // Integer kernels round biases, too, which the model that is trained does not.
    assertThat(end.at("/deployed").asDouble()).isCloseTo(rounded, withinPercentage(1));
    assertThat(folder.resolve("rounded.encodings.json")).isNotEmptyFile();
    assertThat(OnnxModel.load(folder.resolve("rounded.quantized.onnx")).graph().nodes())
        .anyMatch(node -> node.opType().equals("QuantizeLinear"));
    assertThat(OnnxModel.load(out).graph().nodes())
        .noneMatch(node -> node.opType().equals("QuantizeLinear"));
    // The same by hand, from the float model and its grids.
    Path again = folder.resolve("again.onnx");
    Run quantize =
        run(
            "quantize",
            out.toString(),
            "-o",
            again.toString(),
            "--scheme",
            "w4a8",
            "--encodings",
            folder.resolve("rounded.encodings.json").toString(),
            "--data",
            files.heldOut().toString(),
            "--samples",
            "16");
    assertThat(quantize.code()).as(quantize.err()).isZero();
    assertThat(weights(again)).isEqualTo(weights(folder.resolve("rounded.quantized.onnx")));
  }

  @Test
  void schemesWithoutAGradientAreRefusedAndLeaveNothing() {
    Path out = folder.resolve("dynamic.onnx");
    refuses(train(model, out, "--qat", "w8a8-dynamic"), "training through quantizers");
    assertThat(out).doesNotExist();
    assertThat(folder.resolve("dynamic.quantized.onnx")).doesNotExist();
  }

  @Test
  void refusesWhatCannotBeTrained() {
    Path out = folder.resolve("refused.onnx");
    Path quantized = folder.resolve("quantized.onnx");
    Run made =
        run(
            "quantize",
            model.toString(),
            "-o",
            quantized.toString(),
            "--data",
            files.heldOut().toString(),
            "--samples",
            "16");
    assertThat(made.code()).as(made.err()).isZero();
    refuses(train(quantized, out), "training the model", "quantized");
    refuses(train(model, out, "--freeze", "name:*"), "all weights frozen", "--freeze");
    refuses(train(model, out, "--batch-size", "512"), "a batch of 512 rows", "--batch-size");
    refuses(train(model, out, "--loss", "squared"), "the loss squared", "the task causal-lm");
    ReferenceFamily.Unpacked pictures = ReferenceFamily.VIT.unpack(folder.resolve("vit"));
    refuses(
        train(model, out, "--teacher", pictures.model("vanilla", 1).toString()),
        "training by a teacher",
        "a teacher that reads");
    assertThat(out).doesNotExist();
    assertThat(folder.resolve("refused.onnx.checkpoint")).doesNotExist();
  }

  @Test
  void anOutputThatCannotBeWrittenIsFoundBeforeTheFirstStep() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "no folder");
    Run run = train(model, file.resolve("out.onnx"), "--steps", "1000000");
    refuses(run, "no folder", "out.onnx");
  }

  @Test
  void aCheckpointOfAnotherRecipeIsRefusedWithWhatDiffers() throws IOException {
    Path out = folder.resolve("stopped.onnx");
    Path checkpoints = folder.resolve("stopped.onnx.checkpoint");
    // A rate that no weight survives: the checkpoint of the last good step stays.
    Run broken =
        train(model, out, "--steps", "40", "--lr", "1e30", "--warm-up", "0", "--clip-norm", "0");
    refuses(broken, "expected finite losses", "at step", "first in");
    assertThat(checkpoints).isNotEmptyDirectory();
    refuses(train(model, out, "--steps", "40", "--lr", "1e30"), "found one", "--resume");
    refuses(
        train(model, out, "--steps", "40", "--seed", "5", "--resume"),
        "Failed to resume",
        "seed: 5 here, 0 there");
    refuses(
        train(files.model("vanilla", 2), out, "--steps", "40", "--resume"),
        "Failed to resume",
        "model: ");
  }
}
