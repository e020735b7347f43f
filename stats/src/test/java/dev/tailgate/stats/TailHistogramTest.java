package dev.tailgate.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class TailHistogramTest implements AccumulatorLaws<TailHistogram> {

  @Override
  public TailHistogram empty() {
    return TailHistogram.create();
  }

  @Override
  public void feed(TailHistogram into, float[] stream, int from, int to) {
    into.accept(stream, from, to);
  }

  @Override
  public List<Object> describe(TailHistogram histogram) {
    return List.of(
        histogram.buckets(),
        histogram.count(),
        histogram.zeros(),
        histogram.nan(),
        histogram.infinite(),
        histogram.range().union(Range.of(0)));
  }

  @Property(seed = SEED)
  void everyFiniteFloatLiesInItsBucket(@ForAll float value) {
    TailHistogram histogram = TailHistogram.create();
    histogram.accept(value);
    TailHistogram.Bucket bucket = histogram.buckets().get(0);
    assertThat((double) value).isBetween(bucket.lo(), bucket.hi());
    double nearer = Math.min(Math.abs(bucket.lo()), Math.abs(bucket.hi()));
    double bound = Math.max(nearer / TailHistogram.PER_OCTAVE, Math.scalb(1.0, -132));
    assertThat(bucket.hi() - bucket.lo()).isLessThanOrEqualTo(bound);
  }

  @Test
  void quantilesKeepTheStatedErrorBound() {
    Random random = new Random(5);
    float[] values = new float[4001];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (random.nextGaussian() * Math.exp(3 * random.nextGaussian()));
    }
    TailHistogram histogram = TailHistogram.create();
    histogram.accept(values, 0, values.length);
    Arrays.sort(values);
    for (int rank = 0; rank < values.length; rank += 40) {
      double exact = values[rank];
      double q = (rank + 0.25) / (values.length - 1);
      double quantile = histogram.quantile(Math.min(1, q));
      assertThat(quantile).isCloseTo(exact, within(Math.abs(exact) / 128));
    }
    assertThat(histogram.quantile(0)).isEqualTo(values[0]);
    assertThat(histogram.quantile(1)).isEqualTo(values[4000]);
  }

  @Test
  void countsNonFiniteValuesApart() {
    TailHistogram histogram = TailHistogram.create();
    histogram.accept(new float[] {Float.NaN, Float.POSITIVE_INFINITY, -0f, 4, -4}, 0, 5);
    assertThat(histogram.count()).isEqualTo(3);
    assertThat(histogram.nan()).isEqualTo(1);
    assertThat(histogram.infinite()).isEqualTo(1);
    assertThat(histogram.zeros()).isEqualTo(1);
    assertThat(histogram.range()).isEqualTo(new Range(-4, 4));
    assertThat(histogram.quantile(0.5)).isZero();
  }

  @Test
  void quantileOfNothingIsNan() {
    assertThat(TailHistogram.create().quantile(0.5)).isNaN();
    assertThat(TailHistogram.create().range().isEmpty()).isTrue();
    assertThatIllegalArgumentException().isThrownBy(() -> TailHistogram.create().quantile(1.5));
  }

  @Test
  void linearBinsLoseNothing() {
    TailHistogram histogram = TailHistogram.create();
    Random random = new Random(9);
    for (int i = 0; i < 1000; i++) {
      histogram.accept((float) random.nextGaussian());
    }
    histogram.accept(0);
    LinearHistogram linear = histogram.linear(16, -2, 2);
    double total = linear.below() + linear.above();
    for (double count : linear.counts()) {
      total += count;
    }
    assertThat(total).isCloseTo(1001, within(1e-9));
    assertThat(linear.binWidth()).isEqualTo(0.25);
    assertThat(linear.below()).isPositive();
  }

  @Test
  void linearBinsPutValuesWhereTheyAre() {
    TailHistogram histogram = TailHistogram.create();
    histogram.accept(new float[] {-9, -0.6f, 0, 0, 0.3f, 0.6f, 0.6f, 9, 9}, 0, 9);
    LinearHistogram linear = histogram.linear(4, -1, 1);
    assertThat(linear.counts()).hasSize(4);
    assertThat(linear.counts().get(0)).isCloseTo(1, within(1e-12));
    assertThat(linear.counts().get(1)).isCloseTo(0, within(1e-12));
    assertThat(linear.counts().get(2)).isCloseTo(3, within(1e-12));
    assertThat(linear.counts().get(3)).isCloseTo(2, within(1e-12));
    assertThat(linear.below()).isCloseTo(1, within(1e-12));
    assertThat(linear.above()).isCloseTo(2, within(1e-12));
  }

  @Test
  void linearBinsCanBeNarrowerThanBuckets() {
    TailHistogram histogram = TailHistogram.create();
    histogram.accept(1);
    // The bucket is [1, 1 + 1/64): 16 of these bins, each with a sixteenth of the value.
    LinearHistogram linear = histogram.linear(1024, 1, 2);
    assertThat(linear.counts().get(0)).isCloseTo(1.0 / 16, within(1e-12));
    assertThat(linear.counts().get(15)).isCloseTo(1.0 / 16, within(1e-12));
    assertThat(linear.counts().get(16)).isCloseTo(0, within(1e-12));
  }

  @Test
  void refusesBinsThatDoNotExist() {
    TailHistogram histogram = TailHistogram.create();
    assertThatIllegalArgumentException().isThrownBy(() -> histogram.linear(0, 0, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> histogram.linear(4, 1, 1));
  }
}
