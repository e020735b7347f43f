package dev.tailgate.engine.gradient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tailgate.engine.ModelRunner;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.build.GraphBuilder;
import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.gradient.Differentiated;
import dev.tailgate.onnx.gradient.Gradients;
import dev.tailgate.onnx.gradient.adjoint.KnownShapes;
import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.ModelException;
import dev.tailgate.onnx.ir.OnnxModel;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Gradients pass a pair of quantizers by the straight-through estimator: that of {@code x} is the
 * one behind the pair or 0, to the bit; that of the scale is the sum of LSQ, element by element in
 * doubles.
 */
class QuantizerGradientTest {
  private static final int ROWS = 5;
  private static final int COLUMNS = 7;

  /** Rounding of a sum of 35 float32 terms of size 1 at most, over a scale of a tenth. */
  private static final double ROUNDING = 1e-3;

  private record Case(ElementType type, long low, long high, boolean isPerChannel, int axis) {
    int channel(int i) {
      return !isPerChannel ? 0 : axis == 0 ? i / COLUMNS : i % COLUMNS;
    }

    int channels() {
      return !isPerChannel ? 1 : axis == 0 ? ROWS : COLUMNS;
    }
  }

  @ParameterizedTest
  @CsvSource({
    "INT8, -128, 127, false, 1",
    "UINT8, 0, 255, false, 1",
    "INT8, -128, 127, true, 0",
    "UINT8, 0, 255, true, 1",
    "INT8, -128, 127, true, -1",
    "INT4, -8, 7, true, 1",
    "UINT4, 0, 15, false, 1",
    "INT16, -32768, 32767, false, 1"
  })
  void gradientsAreThoseOfLsq(ElementType type, long low, long high, boolean each, int axis) {
    Case given = new Case(type, low, high, each, axis);
    Random random = new Random(11);
    float[] x = floats(random, ROWS * COLUMNS, 2);
    float[] weights = floats(random, ROWS * COLUMNS, 1);
    float[] scales = new float[given.channels()];
    long[] zeros = new long[given.channels()];
    for (int i = 0; i < scales.length; i++) {
      // Two thirds of a normal distribution of width 2 lie within the bounds.
      scales[i] = (float) ((2 + random.nextDouble()) * 2 / (high - low));
      zeros[i] = low == 0 ? (high + 1) / 2 - random.nextInt(3) : -random.nextInt(2);
    }
    Map<String, float[]> found = gradients(given, x, weights, scales, zeros);
    double[] steps = new double[scales.length];
    int clipped = 0;
    for (int i = 0; i < x.length; i++) {
      int c = given.channel(i);
      float t = x[i] / scales[c];
      double q = Math.rint(t) + (double) zeros[c];
      boolean isInside = q >= low && q <= high;
      clipped += isInside ? 0 : 1;
      double held = Math.max((double) low, Math.min((double) high, q)) - (double) zeros[c];
      steps[c] += weights[i] * (isInside ? held - (double) x[i] / scales[c] : held);
      assertThat(found.get("x")[i]).isEqualTo(isInside ? weights[i] : 0f);
    }
    assertThat(clipped).isBetween(3, x.length - 10);
    for (int c = 0; c < steps.length; c++) {
      double room = ROUNDING * Math.max(1, Math.abs(steps[c]));
      assertThat((double) found.get("scale")[c]).isCloseTo(steps[c], within(room));
    }
  }

  private static float[] floats(Random random, int count, double width) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (width * random.nextGaussian());
    }
    return values;
  }

  private static Map<String, float[]> gradients(
      Case given, float[] x, float[] weights, float[] scales, long[] zeros) {
    GraphBuilder graph = GraphBuilder.on(OnnxModel.blank(21));
    List<Long> dims = List.of((long) ROWS, (long) COLUMNS);
    List<Long> grid = given.isPerChannel() ? List.of((long) scales.length) : List.of();
    Value in = graph.constant(ConstantTensor.ofFloats("x", dims, x));
    Value scale = graph.constant(ConstantTensor.ofFloats("scale", grid, scales));
    Value zero = graph.constant(ConstantTensor.ofIntegers("zero", given.type(), grid, zeros));
    Value codes = graph.node("QuantizeLinear", in, scale, zero).with("axis", given.axis()).value();
    Value y = graph.node("DequantizeLinear", codes, scale, zero).with("axis", given.axis()).value();
    Value c = graph.constant(ConstantTensor.ofFloats("c", dims, weights));
    graph.output("loss", y.times(c).sum(0, 1));
    return run(graph.model(), Set.of("x", "scale"));
  }

  private static Map<String, float[]> run(OnnxModel model, Set<String> of) {
    KnownShapes shapes = KnownShapes.of(model.graph(), Map.of());
    Differentiated differentiated = Gradients.of(model, "loss", new LinkedHashSet<>(of), shapes);
    try (ModelRunner runner = ModelRunner.open(differentiated.exposed(), GradientCheck.PLAIN)) {
      Map<String, Tensor> found =
          runner.run(Map.of(), Set.copyOf(differentiated.gradients().values()));
      Map<String, float[]> gradients = new LinkedHashMap<>();
      differentiated
          .gradients()
          .forEach(
              (value, gradient) -> {
                double[] doubles = GradientCheck.doubles(found.get(gradient));
                float[] floats = new float[doubles.length];
                for (int i = 0; i < floats.length; i++) {
                  floats[i] = (float) doubles[i];
                }
                gradients.put(value, floats);
              });
      return gradients;
    }
  }

  @Test
  void theScaleOfConstantIntegersIsLearned() {
    GraphBuilder graph = GraphBuilder.on(OnnxModel.blank(21));
    Value codes =
        graph.constant(
            ConstantTensor.ofIntegers("codes", ElementType.INT8, List.of(3L), 3, -5, 100));
    Value scale = graph.constant(ConstantTensor.ofFloats("scale", List.of(), 0.5f));
    Value c = graph.constant(ConstantTensor.ofFloats("c", List.of(3L), 1, 2, -1));
    Value y = codes.op("DequantizeLinear", scale).of(ElementType.FLOAT);
    graph.output("loss", y.times(c).sum(0));
    assertThat(run(graph.model(), Set.of("scale")).get("scale")).containsExactly(3 - 10 - 100);
  }

  @Test
  void gradientsPassADynamicQuantizer() {
    GraphBuilder graph = GraphBuilder.on(OnnxModel.blank(21));
    Value x = graph.constant(ConstantTensor.ofFloats("x", List.of(3L), 1, -2, 5));
    List<Value> codes = graph.node("DynamicQuantizeLinear", x).values(3);
    Value y = codes.get(0).op("DequantizeLinear", codes.get(1), codes.get(2));
    Value c = graph.constant(ConstantTensor.ofFloats("c", List.of(3L), 1, 2, -1));
    graph.output("loss", y.of(ElementType.FLOAT).times(c).sum(0));
    assertThat(run(graph.model(), Set.of("x")).get("x")).containsExactly(1, 2, -1);
  }

  @Test
  void integersThatGoAnotherWayAreRefused() {
    assertThatThrownBy(() -> run(moved("Transpose"), Set.of("x")))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("DequantizeLinear: the integers it reads do not come from");
    assertThatThrownBy(() -> run(moved("Cast"), Set.of("x"))).isInstanceOf(ModelException.class);
  }

  private static OnnxModel moved(String by) {
    GraphBuilder graph = GraphBuilder.on(OnnxModel.blank(21));
    Value x = graph.constant(ConstantTensor.ofFloats("x", List.of(2L, 2L), 1, -2, 5, 3));
    Value scale = graph.scalar(ElementType.FLOAT, 0.5);
    Value codes = x.op("QuantizeLinear", scale).of(ElementType.UINT8);
    Value y =
        by.equals("Cast")
            ? codes.cast(ElementType.FLOAT)
            : codes.op(by).op("DequantizeLinear", scale);
    graph.output("loss", y.of(ElementType.FLOAT).sum(0, 1));
    return graph.model();
  }

  @Test
  void aPairOfTwoGridsIsRefused() {
    GraphBuilder graph = GraphBuilder.on(OnnxModel.blank(21));
    Value x = graph.constant(ConstantTensor.ofFloats("x", List.of(2L), 1, -2));
    Value codes = x.op("QuantizeLinear", graph.scalar(ElementType.FLOAT, 0.5));
    Value y = codes.op("DequantizeLinear", graph.scalar(ElementType.FLOAT, 0.25));
    graph.output("loss", y.of(ElementType.FLOAT).sum(0));
    assertThatThrownBy(() -> run(graph.model(), Set.of("x")))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("its scale is another than that of the QuantizeLinear before it");
  }
}
