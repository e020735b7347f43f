package dev.tailgate.engine;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.build.GraphBuilder;
import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.Dim;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.GraphEdit;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.ir.ValueInfo;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;

class ActivationSizesTest {
  private static final long MOST = 1 << 20;

  /** {@code y = x + max(huge(x))}, where only the shape of what is between is large. */
  private static OnnxModel model(BiFunction<GraphBuilder, Value, Value> huge) {
    GraphBuilder g = GraphBuilder.on(OnnxModel.blank(17));
    Value x = g.input("x", ElementType.FLOAT, Dim.of("n"), Dim.of(4));
    Value large = huge.apply(g, x);
    Value peak = g.node("ReduceMax", large).with("keepdims", 0).value();
    return g.output("y", x.plus(peak)).model();
  }

  private static Value longs(GraphBuilder g, String name, long... values) {
    return g.constant(ConstantTensor.ofLongs(name, List.of((long) values.length), values));
  }

  private static void bound(OnnxModel model, int rows) {
    Tensor x = Tensor.ofFloats(new float[4 * rows], rows, 4);
    ActivationSizes.require(model, Map.of("x", x), RunnerOptions.DEFAULT, MOST);
  }

  private static void refuses(OnnxModel model, String size) {
    assertThatThrownBy(() -> bound(model, 2))
        .isInstanceOf(ModelRunException.class)
        .hasMessageContainingAll("Failed to run the model", size, "--batch-size", "hostile");
  }

  @Test
  void refusesWhatConstantsMakeHuge() {
    refuses(
        model((g, x) -> g.node("ConstantOfShape", longs(g, "s", 1L << 40)).value()),
        "[1099511627776]");
    refuses(model((g, x) -> g.node("Expand", x, longs(g, "s", 1L << 30, 2, 4)).value()), "34.4 GB");
    refuses(
        model((g, x) -> g.node("Tile", x, longs(g, "s", 1L << 40, 1L << 20)).value()),
        "[2199023255552, 4194304]");
    refuses(model((g, x) -> g.node("Pad", x, longs(g, "s", 0, 0, 1L << 40, 0)).value()), "GB at");
  }

  @Test
  void refusesWhatGrowsStepByStep() {
    refuses(
        model(
            (g, x) -> {
              Value grown = x;
              for (int i = 0; i < 40; i++) {
                grown = g.node("Concat", grown, grown).with("axis", 1).value();
              }
              return grown;
            }),
        "GB at");
  }

  /** The same graph is right for few samples and not for many. */
  @Test
  void boundsByTheSizesOfTheInputs() {
    OnnxModel outer =
        model((g, x) -> x.matMul(g.node("Transpose", x).with("perm", new long[] {1, 0}).value()));
    assertThatCode(() -> bound(outer, 2)).doesNotThrowAnyException();
    assertThatThrownBy(() -> bound(outer, 1000)).hasMessageContaining("[1000, 1000]");
  }

  /** What a file states of shapes is not believed. */
  @Test
  void looksBehindStatedShapes() {
    OnnxModel huge = model((g, x) -> g.node("ConstantOfShape", longs(g, "s", 1L << 40)).value());
    String large =
        huge.graph().nodes().stream()
            .filter(node -> node.is("ConstantOfShape"))
            .findFirst()
            .orElseThrow()
            .output(0);
    GraphEdit edit = huge.edit();
    edit.addOutput(new ValueInfo(large, ElementType.FLOAT, Optional.of(Dim.sizes(1))));
    refuses(edit.commit(), "[1099511627776]");
  }

  @Test
  void leavesWhatTheRuntimeRefusesToWhoeverRunsIt() {
    OnnxModel three =
        model((g, x) -> x.matMul(g.constant(ConstantTensor.ofFloats("w", List.of(3L), 1, 2, 3))));
    assertThatCode(() -> bound(three, 2)).doesNotThrowAnyException();
  }
}
