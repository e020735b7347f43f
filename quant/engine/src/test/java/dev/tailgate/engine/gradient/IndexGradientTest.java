package dev.tailgate.engine.gradient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tailgate.engine.ExecutionProvider;
import dev.tailgate.engine.ModelRunner;
import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.build.GraphBuilder;
import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.gradient.Differentiated;
import dev.tailgate.onnx.gradient.Gradients;
import dev.tailgate.onnx.gradient.adjoint.KnownShapes;
import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.Dim;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.ModelException;
import dev.tailgate.onnx.ir.OnnxModel;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Gradients of what picks and puts elements are those of differences and of PyTorch. */
class IndexGradientTest {
  private static GradientCase gather(String name, long axis, long[] ids, long... shape) {
    return GradientCase.of("Gather " + name)
        .variable("x", 3, 4, 2)
        .ids("ids", ids, shape)
        .gives(in -> in.at("x").gather(axis, in.at("ids")));
  }

  private static GradientCase gatherConstant(String name, long axis, long id, boolean isScalar) {
    return GradientCase.of("Gather " + name)
        .variable("x", 3, 4, 2)
        .gives(
            in ->
                in.at("x")
                    .gather(
                        axis,
                        isScalar
                            ? in.graph().scalar(ElementType.INT64, (double) id)
                            : in.graph().longs(id)));
  }

  static List<GradientCase> gathers() {
    List<GradientCase> cases = new ArrayList<>();
    long[] repeated = {2, 0, 2, 2, 1, -1};
    for (long axis = -3; axis < 3; axis++) {
      long last = Math.floorMod(axis, 3) == 2 ? 1 : 2;
      long[] ids = {last, 0, last, last, 1, -1};
      cases.add(gather("repeated ids at axis " + axis, axis, ids, 2, 3));
      cases.add(gatherConstant("a constant id at axis " + axis, axis, 1, true));
      cases.add(gatherConstant("a negative id at axis " + axis, axis, -2, false));
    }
    cases.add(gather("a scalar id", 1, new long[] {3}));
    cases.add(
        GradientCase.of("Gather of a table")
            .variable("x", 5, 3)
            .ids("ids", repeated, 2, 3)
            .gives(in -> in.at("x").gather(0, in.at("ids"))));
    cases.add(
        GradientCase.of("Gather of a vector")
            .variable("x", 5)
            .ids("ids", repeated, 6)
            .gives(in -> in.at("x").gather(0, in.at("ids"))));
    return cases;
  }

  static List<GradientCase> places() {
    long[] ids = {1, 0, 1, 3, -1, 0};
    List<GradientCase> cases = new ArrayList<>();
    cases.add(
        GradientCase.of("GatherElements")
            .variable("x", 3, 4)
            .ids("ids", ids, 2, 3)
            .gives(
                in ->
                    in.graph()
                        .node("GatherElements", in.at("x"), in.at("ids"))
                        .with("axis", 1)
                        .value()));
    cases.add(
        GradientCase.of("GatherND of rows")
            .variable("x", 3, 4, 2)
            .ids("ids", new long[] {0, 1, 2, -1, 0, 1}, 3, 2)
            .gives(in -> in.at("x").op("GatherND", in.at("ids")))
            .needsRank());
    cases.add(
        GradientCase.of("GatherND of elements")
            .variable("x", 3, 4)
            .ids("ids", new long[] {0, 1, 2, -1, -3, 1, 1, 1}, 2, 2, 2)
            .gives(in -> in.at("x").op("GatherND", in.at("ids")))
            .needsRank());
    cases.add(
        GradientCase.of("GatherND in batches")
            .variable("x", 2, 3, 4)
            .ids("ids", new long[] {0, 1, 0, 2, -1, 2}, 2, 3, 1)
            .gives(
                in ->
                    in.graph()
                        .node("GatherND", in.at("x"), in.at("ids"))
                        .with("batch_dims", 1)
                        .value())
            .needsRank());
    for (String reduction : List.of("none", "add")) {
      cases.add(
          GradientCase.of("ScatterElements " + reduction)
              .variable("x", 3, 4)
              .variable("u", 2, 3)
              .ids("ids", new long[] {2, 0, 1, 1, 3, -2}, 2, 3)
              .gives(
                  in ->
                      in.graph()
                          .node("ScatterElements", in.at("x"), in.at("ids"), in.at("u"))
                          .with("axis", 1)
                          .with("reduction", reduction)
                          .value()));
      cases.add(
          GradientCase.of("ScatterND " + reduction)
              .variable("x", 3, 4, 2)
              .variable("u", 2, 2)
              .ids("ids", new long[] {0, 1, 2, -1}, 2, 2)
              .gives(
                  in ->
                      in.graph()
                          .node("ScatterND", in.at("x"), in.at("ids"), in.at("u"))
                          .with("reduction", reduction)
                          .value()));
    }
    for (long axis : new long[] {-1, 0}) {
      cases.add(
          GradientCase.of("TopK at axis " + axis)
              .variable("x", 4, 3)
              .gives(
                  in ->
                      in.graph()
                          .node("TopK", in.at("x"), in.graph().longs(2))
                          .with("axis", axis)
                          .values(2)
                          .get(0)));
    }
    return cases;
  }

  @Test
  void aProductOfUpdatesIsRefused() {
    GradientCase product =
        GradientCase.of("ScatterElements mul")
            .variable("x", 3)
            .ids("ids", new long[] {1}, 1)
            .gives(
                in ->
                    in.graph()
                        .node("ScatterElements", in.at("x"), in.at("ids"), in.reals(List.of(1L), 2))
                        .with("reduction", "mul")
                        .value());
    assertThatThrownBy(() -> GradientCheck.passes(product))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("mul");
  }

  /**
   * On several threads a sum over repeated ids has the same bits every time: {@code
   * ScatterElements} adds in one order, where {@code ScatterND} is a race.
   */
  @Test
  void sumsOverRepeatedIdsAreTheSameInEveryRun() {
    int rows = 2048;
    int width = 64;
    Random random = new Random(7);
    long[] ids = random.longs(rows, 0, 40).toArray();
    float[] weights = new float[rows * width];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) random.nextGaussian();
    }
    GraphBuilder graph = GraphBuilder.on(OnnxModel.blank(18));
    Value table =
        graph.constant(ConstantTensor.ofFloats("table", List.of(40L, 64L), new float[40 * width]));
    Value taken = table.gather(0, graph.input("ids", ElementType.INT64, rows));
    Value flat = taken.reshape(1, -1);
    Value column =
        graph.constant(ConstantTensor.ofFloats("c", List.of((long) weights.length, 1L), weights));
    OnnxModel model = graph.output("loss", flat.matMul(column)).model();
    KnownShapes shapes =
        KnownShapes.of(model.graph(), Map.of(flat.name(), Dim.sizes(1, weights.length)));
    Differentiated result = Gradients.of(model, "loss", Set.of("table"), shapes);
    String gradient = result.gradients().get("table");
    double[] expected = new double[40 * width];
    for (int i = 0; i < weights.length; i++) {
      expected[(int) ids[i / width] * width + i % width] += weights[i];
    }
    Set<Tensor> found = new HashSet<>();
    RunnerOptions threads =
        new RunnerOptions(ExecutionProvider.CPU, 4, RunnerOptions.Optimization.FLOAT_ONLY);
    try (ModelRunner runner = ModelRunner.open(result.exposed(), threads)) {
      for (int run = 0; run < 20; run++) {
        found.add(
            runner.run(Map.of("ids", Tensor.ofLongs(ids, rows)), Set.of(gradient)).get(gradient));
      }
    }
    assertThat(found).hasSize(1);
    float[] sums = found.iterator().next().toFloats();
    for (int i = 0; i < sums.length; i++) {
      // Some 50 addends of size 1, rounded to float32 each.
      assertThat((double) sums[i]).isCloseTo(expected[i], within(1e-4));
    }
  }

  @ParameterizedTest
  @MethodSource({"gathers", "places"})
  void gradientsAreThoseOfDifferences(GradientCase given) {
    GradientCheck.passes(given);
  }
}
