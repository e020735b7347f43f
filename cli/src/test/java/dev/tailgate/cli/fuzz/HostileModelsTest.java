package dev.tailgate.cli.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailgate.cli.InProcess;
import dev.tailgate.onnx.build.GraphBuilder;
import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.Dim;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.kit.Transformer;
import dev.tailgate.onnx.proto.ModelProto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What fuzzing found, each by its smallest model, through the whole command. */
class HostileModelsTest {
  @TempDir private Path folder;

  private Path saved(OnnxModel model, UnaryOperator<ModelProto> change) throws IOException {
    Path file = folder.resolve("m.onnx");
    model.save(file);
    Files.write(file, change.apply(ModelProto.parseFrom(Files.readAllBytes(file))).toByteArray());
    return file;
  }

  private InProcess run(String command, Path model) {
    String line = command.replace("MODEL", model.toString()).replace("OUT", out().toString());
    return InProcess.run(folder, line.split(" ", -1));
  }

  private Path out() {
    return folder.resolve("out");
  }

  private void refuses(String command, Path model, String... words) {
    InProcess run = run(command, model);
    assertThat(run.code()).as("%s", run.err()).isEqualTo(3);
    assertThat(run.err()).contains(words);
    assertThat(out()).doesNotExist();
  }

  private static OnnxModel linear(float weight) {
    GraphBuilder g = GraphBuilder.on(OnnxModel.blank(17));
    Value x = g.input("x", ElementType.FLOAT, Dim.of("n"), Dim.of(2));
    Value w = g.constant(ConstantTensor.ofFloats("w", List.of(2L, 2L), weight, 1, -1, 0.5f));
    return g.output("y", x.matMul(w)).model();
  }

  @Test
  void aModelWithoutOutputsIsShownAndNotRun() throws IOException {
    Path model =
        saved(
            Transformer.SMALL.decoder(),
            m -> m.toBuilder().setGraph(m.getGraph().toBuilder().clearOutput()).build());
    assertThat(run("inspect MODEL", model).code()).isZero();
    refuses("audit MODEL --out OUT --samples 2", model, "no outputs");
    refuses("rewrite MODEL --method outeffhop --verify -o OUT --samples 2", model, "no outputs");
    refuses("quantize MODEL -o OUT --samples 2", model, "no outputs");
  }

  @Test
  void aModelWithANodeOfTooManyInputsIsRefused() throws IOException {
    Path model =
        saved(
            linear(1),
            m -> {
              ModelProto.Builder out = m.toBuilder();
              out.getGraphBuilder().getNodeBuilder(0).addInput("x").addInput("w");
              return out.build();
            });
    refuses("inspect MODEL", model, "expected 2 inputs of MatMul", "found 4");
    refuses("audit MODEL --out OUT --samples 2", model, "expected 2 inputs of MatMul");
  }

  @Test
  void activationsOfAnySizeAreDrawn() throws IOException {
    for (float weight : new float[] {1e20f, 3e38f, Float.MIN_VALUE}) {
      Path model = saved(linear(weight), m -> m);
      InProcess run = run("audit MODEL --out OUT --no-quantize --samples 2 --quiet", model);
      assertThat(run.code()).as("%s", run.err()).isZero();
      assertThat(out().resolve("report.html")).isNotEmptyFile();
    }
  }

  @Test
  void activationsLargerThanTheMemoryAreRefusedBeforeTheyAreMade() throws IOException {
    GraphBuilder g = GraphBuilder.on(OnnxModel.blank(17));
    Value x = g.input("x", ElementType.FLOAT, Dim.of("n"), Dim.of(2));
    Value shape = g.constant(ConstantTensor.ofLongs("s", List.of(1L), 1L << 50));
    Value peak = g.node("ReduceMax", g.node("ConstantOfShape", shape).value()).value();
    Path model = saved(g.output("y", x.plus(peak)).model(), m -> m);
    assertThat(run("inspect MODEL", model).code()).isZero();
    refuses("audit MODEL --out OUT --samples 2", model, "expected activations of at most");
  }
}
