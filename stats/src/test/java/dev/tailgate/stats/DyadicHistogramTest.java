package dev.tailgate.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class DyadicHistogramTest implements AccumulatorLaws<DyadicHistogram> {

  @Override
  public DyadicHistogram empty() {
    return DyadicHistogram.create();
  }

  /** This histogram takes finite values only. */
  @Override
  public void feed(DyadicHistogram into, float[] stream, int from, int to) {
    for (int i = from; i < to; i++) {
      if (Float.isFinite(stream[i])) {
        into.accept(new float[] {stream[i]});
      }
    }
  }

  @Override
  public List<Object> describe(DyadicHistogram histogram) {
    return List.of(
        histogram.exponent(),
        Arrays.hashCode(histogram.counts()),
        histogram.count(),
        histogram.range().union(Range.of(0)));
  }

  @Property(seed = SEED)
  void everyFiniteFloatLiesInItsBin(@ForAll float value) {
    DyadicHistogram histogram = DyadicHistogram.create();
    histogram.accept(new float[] {value});
    assertThat(histogram.counts()[bin(histogram, value)]).isEqualTo(1);
  }

  private static int bin(DyadicHistogram histogram, double value) {
    return (int) Math.floor(value / histogram.width()) + DyadicHistogram.HALF;
  }

  /** Small and large values alternate, so that the width doubles again and again between them. */
  @Test
  void orderAndBatchesChangeNothing() {
    Random random = new Random(3);
    float[] values = new float[20_000];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (random.nextGaussian() * Math.scalb(1.0, random.nextInt(40) - 30));
    }
    DyadicHistogram whole = DyadicHistogram.create();
    whole.accept(values);
    long[] direct = new long[2 * DyadicHistogram.HALF];
    for (float value : values) {
      direct[bin(whole, value)]++;
    }
    assertThat(whole.counts()).isEqualTo(direct);
    Arrays.sort(values);
    for (int batch : new int[] {1, 7, 4096}) {
      DyadicHistogram parts = DyadicHistogram.create();
      DyadicHistogram merged = DyadicHistogram.create();
      for (int from = 0; from < values.length; from += batch) {
        float[] part = Arrays.copyOfRange(values, from, Math.min(values.length, from + batch));
        parts.accept(part);
        DyadicHistogram own = DyadicHistogram.create();
        own.accept(part);
        merged.combine(own);
      }
      assertThat(parts.counts()).isEqualTo(direct);
      assertThat(merged.counts()).isEqualTo(direct);
      assertThat(parts.exponent()).isEqualTo(whole.exponent());
    }
  }

  @Test
  void theLargestMagnitudeIsResolvedByHalfTheBins() {
    for (float top : new float[] {1e-40f, 0.9f, 1, 1.5f, 3e38f}) {
      for (float sign : new float[] {1, -1}) {
        DyadicHistogram histogram = DyadicHistogram.create();
        histogram.accept(new float[] {sign * top});
        boolean isNarrowest = histogram.exponent() == -149;
        assertThat(top / histogram.width())
            .isBetween(isNarrowest ? 0 : DyadicHistogram.HALF / 2.0, (double) DyadicHistogram.HALF);
      }
    }
  }

  @Test
  void onlyValuesOfTheRangeAreCounted() {
    DyadicHistogram histogram = DyadicHistogram.create();
    float[] values = {-3, Float.NaN, 1, 2, 5, Float.POSITIVE_INFINITY, 1.5f};
    histogram.acceptWithin(values, 0, values.length, new Range(1, 2), 1.5f);
    assertThat(histogram.count()).isEqualTo(2);
    assertThat(histogram.range()).isEqualTo(new Range(1, 2));
    assertThatIllegalArgumentException().isThrownBy(() -> histogram.accept(values));
  }

  @Test
  void contentsCanBeRestored() {
    DyadicHistogram histogram = DyadicHistogram.create();
    histogram.accept(new float[] {-1, 0.25f, 7});
    DyadicHistogram restored =
        DyadicHistogram.of(histogram.exponent(), histogram.counts(), histogram.range());
    assertThat(describe(restored)).isEqualTo(describe(histogram));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DyadicHistogram.of(0, new long[3], Range.of(1)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DyadicHistogram.of(0, histogram.counts(), Range.EMPTY));
  }
}
