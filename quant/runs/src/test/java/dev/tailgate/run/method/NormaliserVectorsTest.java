package dev.tailgate.run.method;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.method.Method;
import dev.tailgate.onnx.method.MethodSpec;
import dev.tailgate.onnx.rewrite.Clipping;
import dev.tailgate.onnx.rewrite.Sink;
import dev.tailgate.onnx.rewrite.SoftmaxSpec;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Known rows of scores through rewritten graphs. */
class NormaliserVectorsTest {
  private static final double INF = Double.NEGATIVE_INFINITY;

  /** Six printed decimals of the references, and float32 kernels that keep seven digits. */
  private static final double FLOAT = 1e-6;

  /** Float16 has eleven bits: 2^-11 of a number up to 1, twice rounded. */
  private static final double HALF = 1e-3;

  private static double[] probs(long opset, ElementType type, MethodSpec spec, double... scores) {
    return ScoreRow.probs(opset, type, spec, scores);
  }

  private static void gives(double[] found, double tolerance, double... expected) {
    assertThat(found).containsExactly(expected, org.assertj.core.data.Offset.offset(tolerance));
  }

  private static MethodSpec softmax1() {
    return MethodSpec.of(Method.OUTEFFHOP, SoftmaxSpec.SOFTMAX1);
  }

  private static MethodSpec clipped(Method method, SoftmaxSpec base, double gamma) {
    return MethodSpec.of(method, base.clipped(new Clipping.Bounds(gamma, 1)));
  }

  @ParameterizedTest
  @ValueSource(ints = {7, 8, 9, 10, 11, 12, 13, 17, 18, 21, 23})
  void softmax1GivesThePublishedVectorsInEveryOpset(int opset) {
    ElementType type = ElementType.FLOAT;
    gives(probs(opset, type, softmax1(), 3, 2, 1), FLOAT, 0.643914, 0.236883, 0.087144);
    gives(probs(opset, type, softmax1(), 0, 0, 0, 0), FLOAT, 0.2, 0.2, 0.2, 0.2);
    gives(probs(opset, type, softmax1(), 2, 0, -2), FLOAT, 0.775803, 0.104994, 0.014209);
    double[] low = probs(opset, type, softmax1(), -12, -13, -14);
    gives(low, 1e-9, 6.144e-6, 2.260e-6, 8.315e-7);
  }

  @Test
  void softmax1GivesThePublishedVectorsInFloat16() {
    ElementType type = ElementType.FLOAT16;
    gives(probs(17, type, softmax1(), 3, 2, 1), HALF, 0.643914, 0.236883, 0.087144);
    gives(probs(17, type, softmax1(), 2, 0, -2), HALF, 0.775803, 0.104994, 0.014209);
    // Without the clamp of the maximum at 0, exp(12) overflows float16 and this row becomes 0.
    gives(probs(17, type, softmax1(), -12, -13, -14), 5e-7, 6.144e-6, 2.260e-6, 8.315e-7);
  }

  @ParameterizedTest
  @ValueSource(strings = {"FLOAT", "FLOAT16"})
  void fullyMaskedRowsGiveExactlyNothing(String name) {
    ElementType type = ElementType.valueOf(name);
    double lowest = type == ElementType.FLOAT ? -Float.MAX_VALUE : -65504;
    for (int opset : new int[] {9, 17, 21}) {
      assertThat(probs(opset, type, softmax1(), INF, INF, INF)).containsExactly(0, 0, 0);
      assertThat(probs(opset, type, softmax1(), lowest, lowest)).containsExactly(0, 0);
    }
    gives(probs(17, ElementType.FLOAT, softmax1(), -100, -100), 1e-43, 3.8e-44, 3.8e-44);
    gives(probs(17, ElementType.FLOAT, softmax1(), INF, 1), FLOAT, 0, 0.731059);
  }

  @Test
  void largeScoresDoNotOverflow() {
    gives(probs(17, ElementType.FLOAT, softmax1(), 1000, 999), FLOAT, 0.731059, 0.268941);
  }

  @Test
  void clippingGivesThePublishedVectorWithAndWithoutASink() {
    double[] scores = {4, 1, 0, -3};
    gives(
        probs(
            17,
            ElementType.FLOAT,
            clipped(Method.CLIPPED_SOFTMAX, SoftmaxSpec.SOFTMAX, -0.025),
            scores),
        FLOAT,
        .933827,
        .022737,
        0,
        0);
    gives(
        probs(
            17,
            ElementType.FLOAT,
            clipped(Method.CLIPPED_OUTEFFHOP, SoftmaxSpec.SOFTMAX1, -0.025),
            scores),
        FLOAT,
        .917676,
        .021933,
        0,
        0);
  }

  @Test
  void neutralClippingIsTheSoftmaxItself() {
    double[] scores = {4, 1, 0, -3};
    MethodSpec neutral = clipped(Method.CLIPPED_SOFTMAX, SoftmaxSpec.SOFTMAX, 0);
    gives(probs(17, ElementType.FLOAT, neutral, scores), FLOAT, Reference.normalised(scores, 0));
  }

  @ParameterizedTest
  @ValueSource(ints = {9, 12, 17, 21})
  void alphaClipsByTheNumberOfKeys(int opset) {
    double[] scores = {2, 0.5, -1, 0, -2};
    MethodSpec spec =
        MethodSpec.of(
            Method.CLIPPED_SOFTMAX, SoftmaxSpec.SOFTMAX.clipped(new Clipping.PerLength(0.5)));
    gives(
        probs(opset, ElementType.FLOAT, spec, scores),
        FLOAT,
        Reference.clipped(Reference.normalised(scores, 0), -0.5 / 5, 1));
  }

  @Test
  void softmaxNAddsNToTheSum() {
    double[] scores = {1, -1, 0.5};
    for (double n : new double[] {0.25, 1, 3}) {
      MethodSpec spec =
          MethodSpec.of(
              Method.SOFTMAX_N,
              new SoftmaxSpec(Optional.of(new Sink.Logit(Math.log(n))), Optional.empty()));
      for (int opset : new int[] {9, 13, 18}) {
        gives(
            probs(opset, ElementType.FLOAT, spec, scores), FLOAT, Reference.normalised(scores, n));
      }
    }
  }
}
