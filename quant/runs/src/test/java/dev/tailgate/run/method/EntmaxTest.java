package dev.tailgate.run.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.method.Method;
import dev.tailgate.onnx.method.MethodSpec;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class EntmaxTest {
  private static final MethodSpec SPARSEMAX = MethodSpec.of(Method.SPARSEMAX);
  private static final MethodSpec ENTMAX15 = MethodSpec.of(Method.ENTMAX15);

  /** A difference from the maximum and a threshold in float32, both below 1. */
  private static final double FLOAT = 1e-6;

  private static double[] reference(MethodSpec spec, double... scores) {
    double[] row = scores.clone();
    spec.normaliser().normalise(row, 0);
    return row;
  }

  /**
   * The exact solution by trying every set of keys: the one whose own threshold lies below all its
   * scores and not below any other's.
   */
  private static double[] bySupports(boolean squared, double... scores) {
    double[] x = Arrays.stream(scores).map(z -> squared ? z / 2 : z).toArray();
    for (int set = 1; set < 1 << x.length; set++) {
      double threshold = threshold(squared, x, set);
      boolean fits = true;
      for (int i = 0; i < x.length; i++) {
        fits &= ((set >> i & 1) == 1) == x[i] > threshold;
      }
      if (fits) {
        return Arrays.stream(x)
            .map(v -> Math.max(0, v - threshold))
            .map(p -> squared ? p * p : p)
            .toArray();
      }
    }
    throw new AssertionError("no support fits " + Arrays.toString(scores));
  }

  /** Solves {@code sum over the set of (x - t) = 1}, or of its squares, the lower root. */
  private static double threshold(boolean squared, double[] x, int set) {
    double count = 0;
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < x.length; i++) {
      if ((set >> i & 1) == 1) {
        count++;
        sum += x[i];
        squares += x[i] * x[i];
      }
    }
    if (!squared) {
      return (sum - 1) / count;
    }
    return (sum - Math.sqrt(sum * sum - count * (squares - 1))) / count;
  }

  @Test
  void sparsemaxIsTheProjectionOntoTheSimplex() {
    // Martins and Astudillo, section 2.3: for two keys (t, 0) it is (t + 1) / 2, cut to [0, 1].
    ScoreRow.gives(SPARSEMAX, FLOAT, new double[] {0.5, 0}, 0.75, 0.25);
    ScoreRow.gives(SPARSEMAX, FLOAT, new double[] {2, 0}, 1, 0);
    ScoreRow.gives(SPARSEMAX, FLOAT, new double[] {1, 0.5, -1}, 0.75, 0.25, 0);
  }

  @Test
  void entmax15LiesBetweenSparsemaxAndSoftmax() {
    // Two keys (t, 0): with t = 1, x = (1/2, 0): (x - t)^2 sum to 1 at t = (1 - sqrt 7) / 4.
    double threshold = (1 - Math.sqrt(7)) / 4;
    ScoreRow.gives(
        ENTMAX15, FLOAT, new double[] {1, 0}, Math.pow(0.5 - threshold, 2), Math.pow(threshold, 2));
    ScoreRow.gives(ENTMAX15, FLOAT, new double[] {2, 0, -9}, 1, 0, 0);
    ScoreRow.gives(ENTMAX15, FLOAT, new double[] {3, 3, 3, 3}, 0.25, 0.25, 0.25, 0.25);
  }

  @ParameterizedTest
  @EnumSource(
      value = Method.class,
      names = {"SPARSEMAX", "ENTMAX15"})
  void bothAreTheExactSolution(Method method) {
    MethodSpec spec = MethodSpec.of(method);
    Random random = new Random(5);
    for (double width : new double[] {0.1, 1, 4}) {
      double[] row = random.doubles(8, -width, width).map(z -> (float) z).toArray();
      double[] expected = bySupports(method == Method.ENTMAX15, row);
      // The roots of the test take the square root of a difference near 0.
      assertThat(reference(spec, row)).containsExactly(expected, within(1e-12));
      double[] found = ScoreRow.probs(17, ElementType.FLOAT, spec, row);
      assertThat(found).containsExactly(expected, within(FLOAT));
      assertThat(Arrays.stream(found).sum()).isCloseTo(1, within(FLOAT));
      for (int i = 0; i < row.length; i++) {
        assertThat(found[i] == 0).as("key %d of %s", i, method).isEqualTo(expected[i] == 0);
      }
    }
  }

  @Test
  void aLongRowOfEqualScoresIsSharedByAll() {
    double[] equal = new double[600];
    double[] expected = new double[600];
    Arrays.fill(equal, -7);
    Arrays.fill(expected, 1 / 600.0);
    ScoreRow.gives(SPARSEMAX, FLOAT, equal, expected);
    ScoreRow.gives(ENTMAX15, FLOAT, equal, expected);
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NEGATIVE_INFINITY, -Float.MAX_VALUE, -1e9, -1e4})
  void maskedKeysGetExactlyNothing(double masked) {
    for (MethodSpec spec : new MethodSpec[] {SPARSEMAX, ENTMAX15}) {
      double[] both = reference(spec, 0.3f, -0.5);
      ScoreRow.gives(
          spec, FLOAT, new double[] {0.3f, masked, -0.5, masked}, both[0], 0, both[1], 0);
      assertThat(ScoreRow.probs(17, ElementType.FLOAT, spec, masked, masked)).containsExactly(0, 0);
      assertThat(reference(spec, masked, masked)).containsExactly(0, 0);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {9, 11, 13, 17, 18, 21, 23})
  void everyOpsetAndFloatTypeGivesTheSame(int opset) {
    double[] row = {1.5, -1, 0.75, 1.25};
    double[] half = {1.5, -65504, 0.75, 1.25};
    for (MethodSpec spec : new MethodSpec[] {SPARSEMAX, ENTMAX15}) {
      assertThat(ScoreRow.probs(opset, ElementType.FLOAT, spec, row))
          .containsExactly(reference(spec, row), within(FLOAT));
      // The result is rounded to float16: half a unit of 2^-11.
      assertThat(ScoreRow.probs(opset, ElementType.FLOAT16, spec, half))
          .containsExactly(reference(spec, half), within(0x1p-12));
    }
  }

  @Test
  void whatIsNoNumberIsSeen() {
    assertThat(reference(SPARSEMAX, 1, Double.NaN)).containsOnly(Double.NaN);
    assertThat(reference(ENTMAX15, 1, Double.NaN)).containsOnly(Double.NaN);
    assertThat(reference(ENTMAX15, 1, Double.POSITIVE_INFINITY)[1]).isNaN();
    assertThat(reference(SPARSEMAX)).isEmpty();
    for (MethodSpec spec : new MethodSpec[] {SPARSEMAX, ENTMAX15}) {
      for (double score : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
        assertThat(ScoreRow.probs(17, ElementType.FLOAT, spec, 1, score, -1))
            .containsOnly(Double.NaN);
      }
    }
  }
}
