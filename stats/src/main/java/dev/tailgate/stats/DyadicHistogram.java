package dev.tailgate.stats;

import java.util.Arrays;
import java.util.Objects;

/**
 * Histogram of float32 values in bins of equal width, where the width is a power of two that
 * doubles whenever a value falls outside. In the unit of the activation.
 *
 * <p>Bin {@code i} of width {@code w = 2^e} holds {@code floor(x / w) = i} for {@code i} in {@code
 * [-H, H)}, with {@code H =} {@value #HALF}. The exponent is the smallest at which all values so
 * far fit; going from {@code w} to {@code 2 w} merges the pairs {@code 2 i, 2 i + 1}, and {@code
 * floor(floor(x / w) / 2) = floor(x / 2 w)} without rounding. So the histogram is a function of the
 * multiset of values: order, batching and merging change no bit of it.
 *
 * <p>The largest magnitude lies in the upper half of the bins, so a range is resolved by at least
 * {@code H / 2} bins a side: 32 and more for each step of an 8-bit grid over it.
 *
 * <p>Edges: NaN and infinities are refused; the smallest width is 2^-149, the spacing of the
 * smallest floats. The smallest and largest value are exact.
 */
public final class DyadicHistogram implements Accumulator<DyadicHistogram> {

  /** Bins on each side of zero. */
  public static final int HALF = 1 << 13;

  private static final int SMALLEST_EXPONENT = -149;

  private final long[] counts = new long[2 * HALF];
  private int exponent = SMALLEST_EXPONENT;
  private float min = Float.POSITIVE_INFINITY;
  private float max = Float.NEGATIVE_INFINITY;

  private DyadicHistogram() {}

  /** Returns an empty histogram. */
  public static DyadicHistogram create() {
    return new DyadicHistogram();
  }

  /**
   * Returns a histogram with these contents.
   *
   * @param counts those of all bins, as {@link #counts()} gives them
   * @throws IllegalArgumentException for contents that no histogram has
   */
  public static DyadicHistogram of(int exponent, long[] counts, Range range) {
    DyadicHistogram histogram = new DyadicHistogram();
    boolean sound =
        counts.length == 2 * HALF
            && exponent >= SMALLEST_EXPONENT
            && exponent <= Float.MAX_EXPONENT
            && Arrays.stream(counts).allMatch(c -> c >= 0)
            && range.isEmpty() == Arrays.stream(counts).allMatch(c -> c == 0);
    if (!sound) {
      throw new IllegalArgumentException("Restoring a histogram: its contents do not fit together");
    }
    histogram.exponent = exponent;
    System.arraycopy(counts, 0, histogram.counts, 0, counts.length);
    histogram.min = (float) range.min();
    histogram.max = (float) range.max();
    return histogram;
  }

  /** Adds all of {@code values}. */
  public void accept(float[] values) {
    float low = Float.POSITIVE_INFINITY;
    float high = Float.NEGATIVE_INFINITY;
    for (float value : values) {
      if (!Float.isFinite(value)) {
        throw new IllegalArgumentException("Binning: expected finite values, found " + value);
      }
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
    acceptWithin(values, 0, values.length, new Range(low, high), Float.NaN);
  }

  /**
   * Adds those of {@code values[from..to)} that lie in {@code range} and are not {@code except};
   * NaN never does.
   *
   * @param range finite, and no wider than the values that are added
   * @param except a value to leave out; NaN for none
   */
  public void acceptWithin(float[] values, int from, int to, Range range, float except) {
    Objects.checkFromToIndex(from, to, values.length);
    if (range.isEmpty()) {
      return;
    }
    float low = (float) range.min();
    float high = (float) range.max();
    min = Math.min(min, low);
    max = Math.max(max, high);
    fit(low);
    fit(high);
    // Scaling by a power of two in doubles is exact: floats have no exponent it could leave.
    double inverse = Math.scalb(1.0, -exponent);
    for (int i = from; i < to; i++) {
      float value = values[i];
      if (value >= low && value <= high && value != except) {
        double scaled = value * inverse;
        int bin = (int) scaled;
        counts[(scaled < bin ? bin - 1 : bin) + HALF]++;
      }
    }
  }

  private void fit(float value) {
    int needed = exponent;
    while (value < -HALF * Math.scalb(1.0, needed) || value >= HALF * Math.scalb(1.0, needed)) {
      needed++;
    }
    widen(needed);
  }

  private void widen(int wider) {
    int shift = Math.min(wider - exponent, Integer.SIZE - 1);
    if (shift > 0) {
      long[] before = counts.clone();
      Arrays.fill(counts, 0);
      for (int i = 0; i < before.length; i++) {
        counts[((i - HALF) >> shift) + HALF] += before[i];
      }
      exponent = wider;
    }
  }

  @Override
  public void combine(DyadicHistogram other) {
    widen(other.exponent);
    int shift = Math.min(exponent - other.exponent, Integer.SIZE - 1);
    for (int i = 0; i < counts.length; i++) {
      counts[((i - HALF) >> shift) + HALF] += other.counts[i];
    }
    min = Math.min(min, other.min);
    max = Math.max(max, other.max);
  }

  /** The width of a bin is {@code 2^exponent}. */
  public int exponent() {
    return exponent;
  }

  /** The width of a bin. */
  public double width() {
    return Math.scalb(1.0, exponent);
  }

  /** The counts of all bins, those below zero first, a copy. */
  public long[] counts() {
    return counts.clone();
  }

  /** The number of values. */
  public long count() {
    return Arrays.stream(counts).sum();
  }

  /** The exact range of the values. */
  public Range range() {
    return min > max ? Range.EMPTY : new Range(min, max);
  }
}
