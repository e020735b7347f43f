package dev.tailgate.run.method;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.method.Method;
import dev.tailgate.onnx.method.MethodSpec;
import java.util.Arrays;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SoftpickTest {
  private static final MethodSpec SOFTPICK = MethodSpec.of(Method.SOFTPICK);

  /** Exponentials, a sum of some ten and a quotient in float32. */
  private static final double FLOAT = 1e-6;

  /** The formula of the paper as it stands; good for scores up to some hundreds. */
  private static double[] formula(double... scores) {
    double sum = 1e-8;
    for (double z : scores) {
      sum += Math.abs(Math.expm1(z));
    }
    double below = sum;
    return Arrays.stream(scores).map(z -> Math.max(0, Math.expm1(z)) / below).toArray();
  }

  private static double[] reference(double... scores) {
    double[] row = scores.clone();
    SOFTPICK.normaliser().normalise(row, 0);
    return row;
  }

  @Test
  void itIsTheFormulaOfThePaper() {
    // (e^2 - 1) / (e^2 - 1 + 1 - 1/e + eps) and 0 for what is not positive, from a calculator.
    ScoreRow.gives(SOFTPICK, FLOAT, new double[] {2, 0, -1}, 0.909969425533584, 0, 0);
    Random random = new Random(7);
    for (int i = 0; i < 5; i++) {
      double[] row = random.doubles(9, -4, 6).map(z -> (float) z).toArray();
      ScoreRow.gives(SOFTPICK, FLOAT, row, formula(row));
      assertThat(Arrays.stream(reference(row)).sum()).isBetween(0.0, 1.0);
    }
  }

  @Test
  void scoresNearZeroKeepTheirDigits() {
    double[] row = {1e-6f, 3e-6f, -2e-6f};
    // The plain difference of float32 exponentials is off by a few hundredths here.
    ScoreRow.gives(SOFTPICK, FLOAT, row, formula(row));
  }

  @Test
  void largeScoresDoNotOverflow() {
    ScoreRow.gives(SOFTPICK, FLOAT, new double[] {1000, 1000, -1000}, 0.5, 0.5, 0);
    ScoreRow.gives(SOFTPICK, FLOAT, new double[] {-300, -200}, 0, 0);
    ScoreRow.gives(SOFTPICK, FLOAT, new double[] {0, 0}, 0, 0);
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NEGATIVE_INFINITY, -Float.MAX_VALUE, -1e9, -1e4})
  void maskedKeysCountNeitherAboveNorBelowTheLine(double masked) {
    double[] both = formula(1, -0.5);
    ScoreRow.gives(SOFTPICK, FLOAT, new double[] {1, masked, -0.5, masked}, both[0], 0, 0, 0);
    ScoreRow.gives(SOFTPICK, FLOAT, new double[] {masked, masked}, 0, 0);
  }

  @ParameterizedTest
  @ValueSource(ints = {9, 11, 13, 17, 18, 21, 23})
  void everyOpsetAndFloatTypeGivesTheSame(int opset) {
    double[] row = {1.5, -1, 0.25, 3};
    assertThat(ScoreRow.probs(opset, ElementType.FLOAT, SOFTPICK, row))
        .containsExactly(formula(row), Offset.offset(FLOAT));
    // Only the scores, which are exact, and the result are float16: half a unit of 2^-11.
    double[] masked = {1.5, -65504, 0.25, 3};
    double[] seen = formula(1.5, 0.25, 3);
    assertThat(ScoreRow.probs(opset, ElementType.FLOAT16, SOFTPICK, masked))
        .containsExactly(new double[] {seen[0], 0, seen[1], seen[2]}, Offset.offset(0x1p-12));
  }

  @Test
  void aRowWithWhatIsNoNumberIsNone() {
    assertThat(reference(1, Double.NaN, -1)).containsOnly(Double.NaN);
    assertThat(reference(1, Double.POSITIVE_INFINITY, -1)).containsOnly(Double.NaN);
    assertThat(reference()).isEmpty();
    assertThat(ScoreRow.probs(17, ElementType.FLOAT, SOFTPICK, 1, Double.NaN, -1))
        .containsOnly(Double.NaN);
    assertThat(ScoreRow.probs(17, ElementType.FLOAT, SOFTPICK, 1, Double.POSITIVE_INFINITY))
        .containsOnly(Double.NaN);
  }
}
