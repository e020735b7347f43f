package dev.tailgate.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MomentsTest implements AccumulatorLaws<Moments> {

  private static final float[] SAMPLE = {0.5f, -1.25f, 3f, 7.75f, -2.5f, 0.125f, 42f, -0.75f};

  @Override
  public Moments empty() {
    return Moments.create();
  }

  @Override
  public void feed(Moments into, float[] stream, int from, int to) {
    for (int i = from; i < to; i++) {
      if (Float.isFinite(stream[i])) {
        into.accept(stream[i]);
      }
    }
  }

  @Override
  public List<Object> describe(Moments moments) {
    // M3 cancels, so it is judged on the scale of M2^(3/2).
    double skew = moments.m3Sum() / Math.max(1, Math.pow(moments.sumOfSquares(), 1.5));
    return List.of(moments.count(), moments.mean(), moments.sumOfSquares(), skew, moments.m4Sum());
  }

  private static Moments of(float... values) {
    Moments moments = Moments.create();
    moments.acceptAll(values, 0, values.length);
    return moments;
  }

  @Test
  void agreesWithNumpyAndScipy() {
    // NumPy 2.4.6, SciPy 1.17.1; the sample is exact in float32, so a few ulp remain.
    Moments moments = of(SAMPLE);
    assertThat(moments.count()).isEqualTo(8);
    assertThat(moments.mean()).isEqualTo(6.109375);
    assertThat(moments.sumOfSquares()).isCloseTo(1543.107421875, within(1e-11));
    assertThat(moments.m3Sum()).isCloseTo(44456.11248779297, within(1e-9));
    assertThat(moments.m4Sum()).isCloseTo(1672311.279577732, within(1e-7));
    assertThat(moments.populationVariance()).isCloseTo(192.888427734375, within(1e-12));
    assertThat(moments.sampleVariance()).isCloseTo(220.44391741071428, within(1e-12));
    assertThat(moments.excessKurtosis()).isCloseTo(2.618427561388672, within(1e-13));
    assertThat(moments.paperKurtosis()).isCloseTo(4.301608601599683, within(1e-13));
  }

  @Test
  void oneByOneAgreesWithAllAtOnce() {
    Moments streamed = Moments.create();
    for (float x : SAMPLE) {
      streamed.accept(x);
    }
    Moments whole = of(SAMPLE);
    assertThat(streamed.m4Sum()).isCloseTo(whole.m4Sum(), withinPercentage(1e-10));
    assertThat(streamed.m3Sum()).isCloseTo(whole.m3Sum(), withinPercentage(1e-10));
  }

  @Test
  void paperKurtosisGivesTheProtocolsCheckValues() {
    assertThat(of(1, 2, 3, 4, 100).paperKurtosis()).isCloseTo(2.077899, within(1e-6));
    assertThat(of(-1, 1, -1, 1).paperKurtosis()).isCloseTo(0.5625, within(1e-6));
    assertThat(of(7.3f, 7.3f, 7.3f).paperKurtosis()).isZero();
  }

  @Test
  void fullyPopulationKurtosisDiffersFromThePapers() {
    assertThat(of(1, 2, 3, 4, 100).excessKurtosis() + 3).isCloseTo(3.246716, within(1e-6));
  }

  @Test
  void epsilonDampsRowsOfSmallSpread() {
    // NumPy 2.4.6 on the float64 values; float32 rounding of the input moves it by about 1e-7.
    assertThat(of(.01f, .02f, -.01f).paperKurtosis()).isCloseTo(0.03442219880576046, within(1e-7));
  }

  @Test
  void definesTheEdges() {
    Moments nothing = Moments.create();
    assertThat(nothing.mean()).isNaN();
    assertThat(nothing.populationVariance()).isNaN();
    assertThat(nothing.excessKurtosis()).isNaN();
    assertThat(nothing.paperKurtosis()).isNaN();
    Moments single = of(5);
    assertThat(single.mean()).isEqualTo(5);
    assertThat(single.populationVariance()).isZero();
    assertThat(single.sampleVariance()).isNaN();
    assertThat(single.paperKurtosis()).isNaN();
    assertThat(of(2, 2).excessKurtosis()).isNaN();
  }

  @Test
  void refusesNonFiniteValuesAndStaysAsItWas() {
    Moments moments = of(1, 2);
    assertThatIllegalArgumentException().isThrownBy(() -> moments.accept(Double.NaN));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> moments.acceptAll(new float[] {1, 2, Float.POSITIVE_INFINITY, 4}, 0, 4))
        .withMessageContaining("Infinity at index 2");
    assertThatIllegalArgumentException().isThrownBy(() -> moments.addSlice(3, 0, Double.NaN, 0, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> moments.addSlice(-1, 0, 0, 0, 0));
    assertThat(describe(moments)).isEqualTo(describe(of(1, 2)));
  }

  @Test
  void slicesAddUpToTheWhole() {
    Random random = new Random(7);
    float[] values = new float[64 * 48];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (random.nextGaussian() + 100 + (i % 97 == 0 ? 60 : 0));
    }
    Moments merged = Moments.create();
    for (int from = 0; from < values.length; from += 48) {
      Moments slice = Moments.create();
      slice.acceptAll(values, from, from + 48);
      merged.addSlice(
          slice.count(), slice.mean(), slice.sumOfSquares(), slice.m3Sum(), slice.m4Sum());
    }
    Moments whole = of(values);
    assertThat(merged.mean()).isCloseTo(whole.mean(), withinPercentage(1e-11));
    assertThat(merged.sumOfSquares()).isCloseTo(whole.sumOfSquares(), withinPercentage(1e-9));
    assertThat(merged.m3Sum()).isCloseTo(whole.m3Sum(), withinPercentage(1e-9));
    assertThat(merged.m4Sum()).isCloseTo(whole.m4Sum(), withinPercentage(1e-9));
  }

  @Test
  void emptySlicesAndLargestFloatsAreHarmless() {
    Moments moments = Moments.ofCentralSums(0, Double.NaN, 0, 0, 0);
    assertThat(moments.count()).isZero();
    moments.acceptAll(new float[] {Float.MAX_VALUE, -Float.MAX_VALUE}, 0, 2);
    assertThat(moments.excessKurtosis()).isCloseTo(-2, within(1e-12));
  }

  @Test
  void resetForgetsAndCopyIsIndependent() {
    Moments moments = of(1, 2, 3);
    Moments copy = moments.copy();
    moments.reset();
    assertThat(describe(moments)).isEqualTo(describe(Moments.create()));
    assertThat(describe(copy)).isEqualTo(describe(of(1, 2, 3)));
  }
}
