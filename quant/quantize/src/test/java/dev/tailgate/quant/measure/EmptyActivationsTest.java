package dev.tailgate.quant.measure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailgate.data.Batch;
import dev.tailgate.data.ReferenceModel;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.build.GraphBuilder;
import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.ir.Dim;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.tap.TapTarget;
import dev.tailgate.onnx.tap.TokenLayout;
import dev.tailgate.stats.TapStatistics;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Activations that have no elements, or fewer axes, in some batch. */
class EmptyActivationsTest {
  private static OnnxModel doubled(String... dims) {
    GraphBuilder g = GraphBuilder.on(OnnxModel.blank(17));
    Dim[] open = new Dim[dims.length];
    for (int i = 0; i < dims.length; i++) {
      open[i] = Dim.of(dims[i]);
    }
    Value x = g.input("x", ElementType.FLOAT, open);
    return g.output("y", x.plus(x)).model();
  }

  private static Batch batch(float[] values, long... shape) {
    int rows = (int) shape[0];
    return new Batch(
        0, rows, Map.of("x", Tensor.ofFloats(values, shape)), Optional.empty(), Optional.empty());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void countForNothing(int emptyAxis) {
    long[] empty = {2, 3, 4};
    empty[emptyAxis] = 0;
    TapTarget target = new TapTarget("y", ElementType.FLOAT, 3, new TokenLayout.Axis(1), true);
    try (TapRun run =
        TapRun.open(
            doubled("b", "t", "c"), List.of(target), false, t -> false, ReferenceModel.CPU)) {
      run.accept(batch(new float[0], empty), Set.of());
      run.accept(batch(new float[] {1, -2, 3, 4}, 1, 1, 4), Set.of());
      TapStatistics.Snapshot found = run.statistics().get("y").snapshot();
      assertThat(found.elements()).isEqualTo(4);
      assertThat(found.absMax()).isEqualTo(8);
    }
  }

  /** {@code Squeeze} without axes drops the batch axis of a single sample, and leaves a scalar. */
  @Test
  void missingAxesAreThoseOfOneSample() {
    GraphBuilder g = GraphBuilder.on(OnnxModel.blank(17));
    Value x = g.input("x", ElementType.FLOAT, Dim.of("b"), Dim.of("t"), Dim.of(1));
    OnnxModel model = g.output("y", g.node("Squeeze", x).value()).model();
    TapTarget target = new TapTarget("y", ElementType.FLOAT, 2, new TokenLayout.None(), true);
    try (TapRun run = TapRun.open(model, List.of(target), false, t -> false, ReferenceModel.CPU)) {
      run.accept(batch(new float[] {1, 2, 3, 4, 5, 6}, 2, 3, 1), Set.of());
      run.accept(batch(new float[] {7, 8, -9}, 1, 3, 1), Set.of());
      TapStatistics.Snapshot found = run.statistics().get("y").snapshot();
      assertThat(found.elements()).isEqualTo(9);
      assertThat(found.absMax()).isEqualTo(9);
      assertThat(found.rows()).isEqualTo(3);
    }
  }
}
