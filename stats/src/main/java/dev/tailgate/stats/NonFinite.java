package dev.tailgate.stats;

import java.util.Objects;
import java.util.OptionalLong;

/**
 * Counts NaN, +Infinity and -Infinity, with the first sample in which each was seen.
 *
 * <p>This is where the values go that the other accumulators refuse or skip. Counts and first
 * samples are exact and independent of order and batching.
 */
public final class NonFinite implements Accumulator<NonFinite> {

  private static final long NONE = Long.MAX_VALUE;

  private long nan;
  private long positiveInfinity;
  private long negativeInfinity;
  private long firstNan = NONE;
  private long firstPositiveInfinity = NONE;
  private long firstNegativeInfinity = NONE;

  private NonFinite() {}

  /** Returns zero counts. */
  public static NonFinite create() {
    return new NonFinite();
  }

  /** Counts {@code value} if it is not finite; says whether it was counted. */
  public boolean accept(float value, long sample) {
    if (Float.isFinite(value)) {
      return false;
    }
    boolean isNan = Float.isNaN(value);
    add(isNan ? 1 : 0, !isNan && value > 0 ? 1 : 0, value < 0 ? 1 : 0, sample);
    return true;
  }

  /** Counts the non-finite among {@code values[from..to)}; returns how many there were. */
  public long acceptAll(float[] values, int from, int to, long sample) {
    Objects.checkFromToIndex(from, to, values.length);
    long found = 0;
    for (int i = from; i < to; i++) {
      if (accept(values[i], sample)) {
        found++;
      }
    }
    return found;
  }

  /** Adds counts made elsewhere, all from one sample. */
  public void add(long nanCount, long positiveCount, long negativeCount, long sample) {
    if (nanCount < 0 || positiveCount < 0 || negativeCount < 0 || sample < 0) {
      throw new IllegalArgumentException(
          "Counting non-finite values: expected counts and sample >= 0, found NaN="
              + nanCount
              + " +Inf="
              + positiveCount
              + " -Inf="
              + negativeCount
              + " sample="
              + sample);
    }
    nan += nanCount;
    positiveInfinity += positiveCount;
    negativeInfinity += negativeCount;
    firstNan = nanCount > 0 ? Math.min(firstNan, sample) : firstNan;
    firstPositiveInfinity =
        positiveCount > 0 ? Math.min(firstPositiveInfinity, sample) : firstPositiveInfinity;
    firstNegativeInfinity =
        negativeCount > 0 ? Math.min(firstNegativeInfinity, sample) : firstNegativeInfinity;
  }

  @Override
  public void combine(NonFinite other) {
    nan += other.nan;
    positiveInfinity += other.positiveInfinity;
    negativeInfinity += other.negativeInfinity;
    firstNan = Math.min(firstNan, other.firstNan);
    firstPositiveInfinity = Math.min(firstPositiveInfinity, other.firstPositiveInfinity);
    firstNegativeInfinity = Math.min(firstNegativeInfinity, other.firstNegativeInfinity);
  }

  /** The number of NaN. */
  public long nan() {
    return nan;
  }

  /** The number of +Infinity. */
  public long positiveInfinity() {
    return positiveInfinity;
  }

  /** The number of -Infinity. */
  public long negativeInfinity() {
    return negativeInfinity;
  }

  /** The number of infinities of either sign. */
  public long infinite() {
    return positiveInfinity + negativeInfinity;
  }

  /** The number of all non-finite values. */
  public long total() {
    return nan + infinite();
  }

  /** The first sample with a NaN, if any. */
  public OptionalLong firstNanSample() {
    return firstSample(firstNan);
  }

  /** The first sample with +Infinity, if any. */
  public OptionalLong firstPositiveInfinitySample() {
    return firstSample(firstPositiveInfinity);
  }

  /** The first sample with -Infinity, if any. */
  public OptionalLong firstNegativeInfinitySample() {
    return firstSample(firstNegativeInfinity);
  }

  private static OptionalLong firstSample(long sample) {
    return sample == NONE ? OptionalLong.empty() : OptionalLong.of(sample);
  }
}
