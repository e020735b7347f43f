package dev.tailgate.run.method;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.method.Method;
import dev.tailgate.onnx.method.MethodSpec;
import java.util.Arrays;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SigmoidAttentionTest {
  private static final MethodSpec SIGMOID = MethodSpec.of(Method.SIGMOID);

  /** The runtime's sigmoid is a rational function good to some 1e-7, of logits in float32. */
  private static final double FLOAT = 1e-6;

  private static double[] formula(double... scores) {
    double bias = -Math.log(scores.length);
    return Arrays.stream(scores).map(z -> 1 / (1 + Math.exp(-(z + bias)))).toArray();
  }

  private static double[] reference(double... scores) {
    double[] row = scores.clone();
    SIGMOID.normaliser().normalise(row, 0);
    return row;
  }

  @Test
  void itIsTheFormulaOfThePaper() {
    // Four keys: sigmoid(-ln 4) = 1 / 5, and sigmoid(ln 4 - ln 4) = 1 / 2.
    ScoreRow.gives(SIGMOID, FLOAT, new double[] {0, 0, 0, 0}, 0.2, 0.2, 0.2, 0.2);
    double[] row = {(float) Math.log(4), -3, 2, 40};
    ScoreRow.gives(SIGMOID, FLOAT, row, formula(row));
    assertThat(reference(row)[0]).isCloseTo(0.5, Offset.offset(1e-7));
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NEGATIVE_INFINITY, -Float.MAX_VALUE, -1e9, -1e4})
  void maskedKeysGetExactlyNothingAndCountInTheLength(double masked) {
    double[] row = {1, masked, -0.5, masked};
    ScoreRow.gives(SIGMOID, FLOAT, row, formula(row));
    double[] found = ScoreRow.probs(17, ElementType.FLOAT, SIGMOID, row);
    assertThat(new double[] {found[1], found[3]}).containsExactly(0, 0);
    assertThat(ScoreRow.probs(17, ElementType.FLOAT, SIGMOID, masked, masked))
        .containsExactly(0, 0);
  }

  @ParameterizedTest
  @ValueSource(ints = {9, 11, 13, 17, 18, 21, 23})
  void everyOpsetAndFloatTypeGivesTheSame(int opset) {
    double[] row = {1.5, -1, 0.25, 3};
    assertThat(ScoreRow.probs(opset, ElementType.FLOAT, SIGMOID, row))
        .containsExactly(formula(row), Offset.offset(FLOAT));
    double[] half = {1.5, -65504, 0.25, 3};
    // The result is rounded to float16: half a unit of 2^-11.
    assertThat(ScoreRow.probs(opset, ElementType.FLOAT16, SIGMOID, half))
        .containsExactly(formula(half), Offset.offset(0x1p-12));
  }

  @Test
  void noKeyHearsOfAnother() {
    double[] row = reference(1, Double.NaN, Double.POSITIVE_INFINITY);
    assertThat(row).containsExactly(formula(1, 0, 0)[0], Double.NaN, 1);
    assertThat(reference()).isEmpty();
    // A product with a unit matrix spreads a NaN over the row.
    assertThat(ScoreRow.probs(17, ElementType.FLOAT, SIGMOID, 1, Double.NaN))
        .containsOnly(Double.NaN);
    assertThat(ScoreRow.probs(17, ElementType.FLOAT, SIGMOID, 1, Double.POSITIVE_INFINITY)[1])
        .isEqualTo(1);
  }
}
