package dev.tailgate.onnx.rewrite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class SoftmaxSpecTest {
  /** The cited vectors have six decimals. */
  private static final Offset<Double> CITED = within(1e-6);

  private static final NormaliserSpec CLIPPED =
      SoftmaxSpec.SOFTMAX.clipped(new Clipping.Bounds(-0.025, 1));

  private static double[] normalised(NormaliserSpec spec, double... scores) {
    return ofHead(spec, 0, scores);
  }

  private static double[] ofHead(NormaliserSpec spec, int head, double... scores) {
    double[] row = scores.clone();
    spec.normalise(row, head);
    return row;
  }

  private static NormaliserSpec sink(Sink sink) {
    return new SoftmaxSpec(Optional.of(sink), Optional.empty());
  }

  @Test
  void softmax1HasTheCitedValues() {
    assertThat(normalised(SoftmaxSpec.SOFTMAX1, 3, 2, 1))
        .containsExactly(new double[] {0.643914, 0.236883, 0.087144}, CITED);
    assertThat(normalised(SoftmaxSpec.SOFTMAX1, 0, 0, 0, 0))
        .containsExactly(new double[] {0.2, 0.2, 0.2, 0.2}, CITED);
    assertThat(normalised(SoftmaxSpec.SOFTMAX1, 2, 0, -2))
        .containsExactly(new double[] {0.775803, 0.104994, 0.014209}, CITED);
    // These are near 1e-6 themselves, so the tolerance is relative to their last cited digit.
    assertThat(normalised(SoftmaxSpec.SOFTMAX1, -12, -13, -14))
        .containsExactly(new double[] {6.144e-6, 2.260e-6, 8.315e-7}, within(5e-10));
  }

  @Test
  void theShiftInvariantMistakeIsToldApart() {
    // exp(z - max) / (1 + sum exp(z - max)) gives 0.3995, 0.1470, 0.0541 for both rows.
    assertThat(normalised(SoftmaxSpec.SOFTMAX1, 3, 2, 1)[0]).isGreaterThan(0.3995 + 0.2);
    assertThat(normalised(SoftmaxSpec.SOFTMAX1, -12, -13, -14)[0]).isLessThan(1e-5);
  }

  @Test
  void clippingHasTheCitedValues() {
    double[] row = {4, 1, 0, -3};
    assertThat(normalised(SoftmaxSpec.SOFTMAX, row))
        .containsExactly(new double[] {0.935441, 0.046573, 0.017133, 0.000853}, CITED);
    assertThat(normalised(CLIPPED, row))
        .containsExactly(new double[] {0.933827, 0.022737, 0, 0}, CITED);
    assertThat(normalised(SoftmaxSpec.SOFTMAX1, row))
        .containsExactly(new double[] {0.919684, 0.045788, 0.016845, 0.000839}, CITED);
    assertThat(normalised(SoftmaxSpec.SOFTMAX1.clipped(new Clipping.Bounds(-0.025, 1)), row))
        .containsExactly(new double[] {0.917676, 0.021933, 0, 0}, CITED);
  }

  @Test
  void alphaIsDividedByTheLengthOfTheRow() {
    double[] row = {4, 1, 0, -3};
    NormaliserSpec byLength = SoftmaxSpec.SOFTMAX.clipped(new Clipping.PerLength(0.1));
    assertThat(normalised(byLength, row)).containsExactly(normalised(CLIPPED, row), within(1e-15));
  }

  @Test
  void zetaGivesExactOnes() {
    NormaliserSpec spec = SoftmaxSpec.SOFTMAX.clipped(new Clipping.Bounds(0, 1.1));
    assertThat(normalised(spec, 9, 0)[0]).isEqualTo(1);
  }

  @Test
  void fullyMaskedRowsAreZeroWithASinkAndNanWithout() {
    double low = Double.NEGATIVE_INFINITY;
    assertThat(normalised(SoftmaxSpec.SOFTMAX1, low, low)).containsExactly(0, 0);
    assertThat(normalised(sink(new Sink.Logit(-30)), low, low)).containsExactly(0, 0);
    assertThat(normalised(SoftmaxSpec.SOFTMAX1, -Float.MAX_VALUE, -Float.MAX_VALUE))
        .containsExactly(0, 0);
    assertThat(normalised(SoftmaxSpec.SOFTMAX, low, low)).containsOnly(Double.NaN);
    assertThat(normalised(SoftmaxSpec.SOFTMAX1)).isEmpty();
  }

  @Test
  void aSinkLogitIsAShiftOfTheScores() {
    Random random = new Random(1);
    double[] row = random.doubles(9, -5, 5).toArray();
    double[] shifted = Arrays.stream(row).map(z -> z + 3).toArray();
    // One rounding of z + 3 and of exp, each of a few ulps.
    assertThat(normalised(sink(new Sink.Logit(-3)), row))
        .containsExactly(normalised(SoftmaxSpec.SOFTMAX1, shifted), within(1e-15));
  }

  @Test
  void everyHeadHasItsOwnSink() {
    NormaliserSpec heads = sink(new Sink.PerHead(new double[] {0, 2}));
    assertThat(heads.heads()).isEqualTo(2);
    assertThat(ofHead(heads, 0, 1, 2)).isEqualTo(normalised(SoftmaxSpec.SOFTMAX1, 1, 2));
    assertThat(ofHead(heads, 1, 1, 2)).isEqualTo(normalised(sink(new Sink.Logit(2)), 1, 2));
  }

  @Test
  void nothingOverflows() {
    assertThat(normalised(SoftmaxSpec.SOFTMAX1, 1e300, 0)).containsExactly(1, 0);
    assertThat(normalised(sink(new Sink.Logit(1e6)), 0, 1)).containsExactly(0, 0);
    assertThat(normalised(SoftmaxSpec.SOFTMAX1, -100, -100)[0])
        .isCloseTo(Math.exp(-100), within(1e-58));
  }
}
