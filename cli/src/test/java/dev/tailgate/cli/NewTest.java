package dev.tailgate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tailgate.onnx.attention.AttentionFinder;
import dev.tailgate.onnx.attention.AttentionSite;
import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.method.AttentionRewriter;
import dev.tailgate.onnx.method.Method;
import dev.tailgate.onnx.weight.Weights;
import dev.tailgate.run.build.BuildRun;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NewTest {
  private static final int MOST = 1_000_000;

  @TempDir private Path folder;

  private record Run(int code, String out, String err) {}

  private Run build(String words, String file) {
    List<String> args = new ArrayList<>(List.of("new"));
    args.addAll(Arrays.asList(words.split(" ", -1)));
    args.addAll(List.of("-o", folder.resolve(file).toString()));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int code = Main.run(folder, out, err, args.toArray(String[]::new));
    return new Run(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  private OnnxModel model(String file) {
    return OnnxModel.load(folder.resolve(file));
  }

  @ParameterizedTest
  @ValueSource(strings = {"bert", "opt", "llama", "vit", "stanhop"})
  void aMethodLeavesTheOtherWeightsAsTheyAre(String kind) {
    assertThat(build(kind + " --seed 3", "plain.onnx").code()).isZero();
    assertThat(build(kind + " --seed 3 --method gated_outeffhop", "gated.onnx").code()).isZero();
    Map<String, double[]> plain = weights(model("plain.onnx"));
    Map<String, double[]> gated = weights(model("gated.onnx"));
    plain.forEach((name, values) -> assertThat(gated).as(name).containsKey(name));
    plain.forEach(
        (name, values) -> assertThat(Arrays.equals(values, gated.get(name))).as(name).isTrue());
    List<AttentionSite> sites = AttentionFinder.find(model("gated.onnx")).sites();
    assertThat(sites)
        .isNotEmpty()
        .allMatch(site -> site.gate().isPresent())
        .allMatch(site -> site.normaliser().equals(Method.GATED_OUTEFFHOP.kind()));
    assertThat(gated.keySet()).as("gates").size().isEqualTo(plain.size() + 2 * sites.size());
  }

  private static Map<String, double[]> weights(OnnxModel model) {
    Map<String, double[]> weights = new TreeMap<>();
    Map<String, ConstantTensor> constants = model.graph().initializers();
    Weights.of(model.graph())
        .keySet()
        .forEach(name -> weights.put(name, constants.get(name).toDoubles(MOST)));
    return weights;
  }

  @Test
  void oneSeedGivesOneFileThatSaysWhatItIs() throws IOException {
    build("opt --seed 2 --set layers=1 --set strict=false", "a.onnx");
    build("opt --seed 2 --set strict=false --set layers=1", "b.onnx");
    build("opt --seed 3 --set layers=1 --set strict=false", "c.onnx");
    byte[] bytes = Files.readAllBytes(folder.resolve("a.onnx"));
    assertThat(Files.readAllBytes(folder.resolve("b.onnx"))).isEqualTo(bytes);
    assertThat(Files.readAllBytes(folder.resolve("c.onnx"))).isNotEqualTo(bytes);
    assertThat(model("a.onnx").metadata())
        .containsEntry(
            BuildRun.ARCHITECTURE,
            "opt vocabulary=32 length=32 layers=1 width=48 heads=4 ffn=192 strict=false"
                + " positions=sinusoidal deviation=0.02 tokenDeviation=0.5 seed=2");
  }

  @Test
  void aModelWithAnotherMethodCanBeTakenBack() {
    build("bert --method clipped_softmax --gamma -0.1", "clipped.onnx");
    OnnxModel clipped = model("clipped.onnx");
    assertThat(clipped.metadata()).containsKey(AttentionRewriter.METHOD);
    String back = folder.resolve("back.onnx").toString();
    ByteArrayOutputStream silent = new ByteArrayOutputStream();
    String from = folder.resolve("clipped.onnx").toString();
    assertThat(Main.run(silent, silent, "rewrite", from, "--method", "vanilla", "-o", back))
        .isZero();
    build("bert", "plain.onnx");
    assertThat(weights(model("back.onnx")).keySet())
        .isEqualTo(weights(model("plain.onnx")).keySet());
    assertThat(model("back.onnx").graph().nodes())
        .hasSameSizeAs(model("plain.onnx").graph().nodes());
  }

  @Test
  void gatesBeginWithTheOpeningThatIsAskedFor() {
    build("bert --method gated_attention --gate-init 0.25", "gated.onnx");
    // A logit of ln(p / (1 - p)), and no factor behind the gate that would take it back.
    double logit = Math.log(0.25 / 0.75);
    assertThat(
            weights(model("gated.onnx")).values().stream()
                .filter(values -> values.length == 4 && Math.abs(values[0] - logit) < 1e-6))
        .hasSize(2);
    build("bert --method gated_attention --gate-init 0.25 --gate-identity", "identity.onnx");
    assertThat(model("identity.onnx").graph().nodes().size())
        .isGreaterThan(model("gated.onnx").graph().nodes().size());
  }

  @Test
  void jsonSaysWhatWasBuilt() throws IOException {
    JsonNode json = new ObjectMapper().readTree(build("vit --format json", "v.onnx").out());
    assertThat(json.get("architecture").asText()).isEqualTo("vit");
    assertThat(json.get("fields").get("patchNorm").asText()).isEqualTo("false");
    assertThat(json.get("sites").asInt()).isEqualTo(3);
    assertThat(json.get("method").asText()).isEqualTo("vanilla");
    assertThat(json.get("bytes").asLong()).isEqualTo(Files.size(folder.resolve("v.onnx")));
    long parameters =
        weights(model("v.onnx")).values().stream().mapToLong(values -> values.length).sum();
    assertThat(json.get("parameters").asLong()).isEqualTo(parameters);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "bert --size huge | 2 | expected one of tiny, base, found huge",
        "bert --set depth=3 | 2 | expected one of vocabulary, length, layers",
        "bert --set heads=5 | 2 | expected heads that divide the width, found heads 5 of width 48",
        "bert --set layers | 2 | --set",
        "gpt | 2 | expected one of bert, opt, llama, vit, stanhop",
        "opt --gamma -0.1 | 2 | --gamma goes with clipped methods",
        "opt --set vocabulary=2000000000 | 3 | found [2000000000, 48] at tokens.weight",
      })
  void whatMakesNoModelIsRefusedAndNothingIsWritten(String words, int code, String message) {
    Run run = build(words, "x.onnx");
    assertThat(run.err()).contains(message);
    assertThat(run.code()).isEqualTo(code);
    assertThat(folder).isEmptyDirectory();
  }
}
