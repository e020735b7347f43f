package dev.tailgate.stats.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class OutputNoiseTest {
  private static final MetricSpec SPEC = new Spec("noise", "1", Direction.LOWER);

  private record Spec(String id, String unit, Direction direction) implements MetricSpec {}

  private static final float INF = Float.POSITIVE_INFINITY;

  private static OutputNoise of(float[][] reference, float[][] test) {
    OutputNoise noise = new OutputNoise(SPEC);
    for (int s = 0; s < reference.length; s++) {
      noise.accept(reference[s], test[s]);
    }
    return noise;
  }

  @Test
  void isTheNoiseOfAllSamplesOverTheirSignal() {
    OutputNoise noise = of(new float[][] {{3, 4}, {0, 5}}, new float[][] {{3, 3}, {2, 5}});
    // (1 + 4) / (25 + 25), and 10 times the logarithm of its inverse.
    assertThat(noise.value()).isCloseTo(0.1, within(1e-15));
    assertThat(noise.sqnr()).isCloseTo(10, within(1e-12));
    assertThat(noise.value(new int[] {0, 0})).isCloseTo(0.04, within(1e-15));
  }

  @Test
  void aZeroReferenceKeepsItsNoise() {
    OutputNoise zero = of(new float[][] {{0, 0}}, new float[][] {{0, 1}});
    assertThat(zero.value()).isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(zero.sqnr()).isEqualTo(Double.NEGATIVE_INFINITY);
    OutputNoise one = of(new float[][] {{0, 0}, {4, 0}}, new float[][] {{0, 2}, {4, 2}});
    assertThat(one.value()).isEqualTo(0.5);
  }

  @Test
  void equalOutputsAreExactAndNothingIsNone() {
    assertThat(of(new float[][] {{0, 2}}, new float[][] {{0, 2}}).sqnr())
        .isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(of(new float[][] {{0}}, new float[][] {{0}}).sqnr())
        .isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(new OutputNoise(SPEC).value()).isNaN();
    assertThat(of(new float[][] {{-INF}}, new float[][] {{-INF}}).value()).isNaN();
  }

  @Test
  void aSampleThatBreaksLeavesNoValueToAnyDrawThatHasIt() {
    OutputNoise noise = of(new float[][] {{1, 2}, {0, 0}}, new float[][] {{1, 1}, {0, INF}});
    assertThat(noise.value()).isNaN();
    assertThat(noise.sqnr()).isNaN();
    assertThat(noise.broken()).isEqualTo(1);
    assertThat(noise.value(new int[] {0})).isEqualTo(0.2);
    assertThat(noise.value(new int[] {0, 1})).isNaN();
    assertThat(Bootstrap.interval(2, noise::value, 1).isUnknown()).isTrue();
  }

  /** What an audit prints and what healing goes by are the same number, whatever breaks. */
  @Property(tries = 500)
  void agreesWithSqnr(@ForAll byte[] bytes) {
    float[] values = {-2, -1, 0, 1, 2, 3, INF, -INF, Float.NaN};
    int half = bytes.length / 2;
    float[] reference = new float[half];
    float[] test = new float[half];
    for (int i = 0; i < half; i++) {
      reference[i] = values[Math.floorMod(bytes[2 * i], values.length)];
      test[i] = values[Math.floorMod(bytes[2 * i + 1], i % 3 == 0 ? values.length : 6)];
    }
    Sqnr sqnr = Sqnr.create();
    sqnr.accept(reference, test);
    OutputNoise noise = new OutputNoise(SPEC);
    for (int from = 0; from < half; from += 3) {
      int to = Math.min(half, from + 3);
      noise.accept(Arrays.copyOfRange(reference, from, to), Arrays.copyOfRange(test, from, to));
    }
    assertThat(noise.broken()).isEqualTo(sqnr.broken());
    if (Double.isFinite(sqnr.value())) {
      assertThat(noise.sqnr()).isCloseTo(sqnr.value(), within(1e-9));
    } else {
      assertThat((Double) noise.sqnr()).isEqualTo((Double) sqnr.value());
    }
  }
}
