package dev.tailgate.stats;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Histogram of signed float32 values whose buckets are narrow in relative terms everywhere, so that
 * outliers hundreds of times larger than the bulk cost no resolution. In the unit of the
 * activation.
 *
 * <p>Every octave {@code [2^e, 2^(e+1))} of each sign is cut into {@value #PER_OCTAVE} equal
 * buckets, found from the exponent and the top mantissa bits without a logarithm; zero has a bucket
 * of its own. Counts are integers, so merging is exactly associative and commutative.
 *
 * <p>Error bound: a bucket's width is at most 1/64 of its lower magnitude, hence {@link #quantile},
 * which answers with the middle, is within 1/128 (0.79 %) of the order statistic it stands for.
 * Below the smallest normal float, 2^-126, buckets are 2^-132 wide and the bound is 2^-133
 * absolute. The smallest and largest value are exact.
 *
 * <p>Edges: NaN and infinities are counted apart; -0 is zero; empty gives NaN quantiles.
 */
public final class TailHistogram implements Accumulator<TailHistogram> {

  /** The number of buckets in an octave. */
  public static final int PER_OCTAVE = 64;

  private static final int OCTAVES = 255;
  private static final int MANTISSA_BITS = 23;
  private static final int SUB_BUCKET_SHIFT = MANTISSA_BITS - 6;
  private static final int MAGNITUDE_MASK = 0x7fffffff;

  /** A bucket from {@code lo} to {@code hi}, equal for the zero bucket, with its count. */
  public record Bucket(double lo, double hi, long count) {}

  // Octaves are allocated when first hit: activations reach some 30 of the 255.
  private final long[][] positive = new long[OCTAVES][];
  private final long[][] negative = new long[OCTAVES][];
  private final NonFinite nonFinite = NonFinite.create();
  private long zeros;
  private long count;
  private float min = Float.POSITIVE_INFINITY;
  private float max = Float.NEGATIVE_INFINITY;

  private TailHistogram() {}

  /** Returns an empty histogram. */
  public static TailHistogram create() {
    return new TailHistogram();
  }

  /** Adds one value. */
  public void accept(float value) {
    if (nonFinite.accept(value, 0)) {
      return;
    }
    count++;
    min = Math.min(min, value);
    max = Math.max(max, value);
    if (value == 0) {
      zeros++;
      return;
    }
    int magnitude = Float.floatToRawIntBits(value) & MAGNITUDE_MASK;
    long[][] side = value > 0 ? positive : negative;
    octave(side, magnitude >>> MANTISSA_BITS)[
        (magnitude >>> SUB_BUCKET_SHIFT) & (PER_OCTAVE - 1)]++;
  }

  /** Adds {@code values[from..to)}. */
  public void accept(float[] values, int from, int to) {
    Objects.checkFromToIndex(from, to, values.length);
    for (int i = from; i < to; i++) {
      accept(values[i]);
    }
  }

  private static long[] octave(long[][] side, int exponent) {
    long[] octave = side[exponent];
    if (octave == null) {
      octave = new long[PER_OCTAVE];
      side[exponent] = octave;
    }
    return octave;
  }

  @Override
  public void combine(TailHistogram other) {
    nonFinite.combine(other.nonFinite);
    zeros += other.zeros;
    count += other.count;
    min = Math.min(min, other.min);
    max = Math.max(max, other.max);
    addAll(positive, other.positive);
    addAll(negative, other.negative);
  }

  private static void addAll(long[][] to, long[][] from) {
    for (int e = 0; e < OCTAVES; e++) {
      if (from[e] != null) {
        long[] target = octave(to, e);
        for (int s = 0; s < PER_OCTAVE; s++) {
          target[s] += from[e][s];
        }
      }
    }
  }

  /** The number of finite values. */
  public long count() {
    return count;
  }

  /** The number of zeros. */
  public long zeros() {
    return zeros;
  }

  /** The number of NaN, kept apart. */
  public long nan() {
    return nonFinite.nan();
  }

  /** The number of infinities, kept apart. */
  public long infinite() {
    return nonFinite.infinite();
  }

  /** The exact range of the finite values. */
  public Range range() {
    return count == 0 ? Range.EMPTY : new Range(min, max);
  }

  /**
   * The order statistic of rank {@code floor(q (count - 1))}, within the class's error bound; exact
   * for {@code q} of 0 and 1; NaN when empty.
   *
   * @param q a fraction in [0, 1]
   */
  public double quantile(double q) {
    if (!(q >= 0 && q <= 1)) {
      throw new IllegalArgumentException(
          "Reading a quantile: expected a fraction in [0, 1], found " + q);
    }
    if (count == 0) {
      return Double.NaN;
    }
    long rank = (long) (q * (count - 1));
    if (rank == 0 || rank == count - 1) {
      return rank == 0 ? min : max;
    }
    long seen = 0;
    for (Bucket bucket : buckets()) {
      seen += bucket.count();
      if (seen > rank) {
        // The ends are known exactly, so a middle beyond them would only be worse.
        double middle = (bucket.lo() + bucket.hi()) / 2;
        return Math.max(min, Math.min(max, middle));
      }
    }
    throw new IllegalStateException("Bucket counts do not add up to " + count);
  }

  /** Re-bins into {@code bins} equal-width bins over {@code [lo, hi]}, for charts. */
  public LinearHistogram linear(int bins, double lo, double hi) {
    return LinearHistogram.of(buckets(), bins, lo, hi);
  }

  /** The buckets that hold something, in ascending order of value. */
  public List<Bucket> buckets() {
    List<Bucket> buckets = new ArrayList<>();
    for (int e = OCTAVES - 1; e >= 0; e--) {
      for (int s = PER_OCTAVE - 1; negative[e] != null && s >= 0; s--) {
        if (negative[e][s] > 0) {
          buckets.add(new Bucket(-edge(e, s + 1), -edge(e, s), negative[e][s]));
        }
      }
    }
    if (zeros > 0) {
      buckets.add(new Bucket(0, 0, zeros));
    }
    for (int e = 0; e < OCTAVES; e++) {
      for (int s = 0; positive[e] != null && s < PER_OCTAVE; s++) {
        if (positive[e][s] > 0) {
          buckets.add(new Bucket(edge(e, s), edge(e, s + 1), positive[e][s]));
        }
      }
    }
    return List.copyOf(buckets);
  }

  private static double edge(int exponent, int subBucket) {
    // Exponent 0 holds the subnormal numbers, which share the scale of exponent 1 without its 1.
    double leading = exponent == 0 ? 0 : 1;
    int scale = Math.max(exponent, 1) - Float.MAX_EXPONENT;
    return Math.scalb(leading + (double) subBucket / PER_OCTAVE, scale);
  }
}
