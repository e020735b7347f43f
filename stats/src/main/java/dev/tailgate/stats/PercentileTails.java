package dev.tailgate.stats;

import java.util.Objects;

/**
 * Exact percentiles near both ends of a stream, from the {@code k} smallest and {@code k} largest
 * values. In the unit of the activation.
 *
 * <p>Memory is {@code 2 k} floats however long the stream, against keeping every value. The values
 * may come whole ({@link #accept}) or already reduced, as a graph's two TopK outputs do ({@link
 * #acceptTails}). Percentiles follow NumPy's linear interpolation: index {@code h = p / 100 (n -
 * 1)} into the sorted values, computed in doubles.
 *
 * <p>Which values are kept is independent of order and batching, so percentiles are bit-equal.
 *
 * <p>Edges: NaN and infinities are skipped and counted in {@link #skipped()}, and must not be part
 * of {@code n}; a percentile that needs a value outside both tails is refused, never approximated.
 */
public final class PercentileTails implements Accumulator<PercentileTails> {

  private final int k;
  private final SmallestValues smallest;
  // Holds negated values: the k smallest of -x are the k largest of x.
  private final SmallestValues largestNegated;
  private long skipped;

  private PercentileTails(int k) {
    this.k = k;
    smallest = new SmallestValues(k);
    largestNegated = new SmallestValues(k);
  }

  /** Returns empty tails that keep {@code k >= 1} values at each end. */
  public static PercentileTails create(int k) {
    if (k < 1) {
      throw new IllegalArgumentException("Creating percentile tails: expected k >= 1, found " + k);
    }
    return new PercentileTails(k);
  }

  /** The smallest {@code k} with which percentile {@code p} of {@code n} values can be read. */
  public static long tailSizeFor(double p, long n) {
    double index = index(p, n);
    long fromStart = (long) Math.ceil(index) + 1;
    long fromEnd = n - (long) index;
    return Math.min(fromStart, fromEnd);
  }

  /** Adds all of {@code values} to both tails. */
  public void accept(float[] values) {
    accept(values, 0, values.length);
  }

  /** Adds {@code values[from..to)} to both tails. */
  public void accept(float[] values, int from, int to) {
    Objects.checkFromToIndex(from, to, values.length);
    for (int i = from; i < to; i++) {
      if (Float.isFinite(values[i])) {
        smallest.offer(values[i]);
        largestNegated.offer(-values[i]);
      } else {
        skipped++;
      }
    }
  }

  /**
   * Adds a part of the stream of which only the tails are known. For an exact result each array
   * must hold at least {@code min(k, size of the part)} values.
   */
  public void acceptTails(float[] smallestOfPart, float[] largestOfPart) {
    for (float value : smallestOfPart) {
      offerTo(smallest, value);
    }
    for (float value : largestOfPart) {
      offerTo(largestNegated, -value);
    }
  }

  private void offerTo(SmallestValues tail, float value) {
    if (Float.isFinite(value)) {
      tail.offer(value);
    } else {
      skipped++;
    }
  }

  @Override
  public void combine(PercentileTails other) {
    if (k != other.k) {
      throw new IllegalArgumentException(
          "Combining percentile tails: expected k=" + k + ", found k=" + other.k);
    }
    skipped += other.skipped;
    for (float value : other.smallest.sorted()) {
      smallest.offer(value);
    }
    for (float value : other.largestNegated.sorted()) {
      largestNegated.offer(value);
    }
  }

  /**
   * Percentile {@code p}, in [0, 100], of a stream of {@code n} finite values in all.
   *
   * @throws IllegalArgumentException if a value it needs is in neither tail, or if {@code n} is
   *     smaller than the number of values kept
   */
  public double percentile(double p, long n) {
    double index = index(p, n);
    float[] low = smallest.sorted();
    float[] high = largestNegated.sorted();
    if (n < Math.max(low.length, high.length)) {
      throw new IllegalArgumentException(
          "Reading percentile "
              + p
              + ": expected n to count every value, found n="
              + n
              + " with "
              + Math.max(low.length, high.length)
              + " values kept");
    }
    long below = (long) index;
    long above = Math.min(below + 1, n - 1);
    double t = index - below;
    if (t == 0) {
      return orderStatistic(below, n, low, high, p);
    }
    return LinearInterpolation.between(
        orderStatistic(below, n, low, high, p), orderStatistic(above, n, low, high, p), t);
  }

  private static double index(double p, long n) {
    if (!(p >= 0 && p <= 100) || n < 1) {
      throw new IllegalArgumentException(
          "Reading a percentile: expected p in [0, 100] and n >= 1, found p=" + p + " n=" + n);
    }
    return p / 100 * (n - 1);
  }

  private double orderStatistic(long rank, long n, float[] low, float[] high, double p) {
    if (rank < low.length) {
      return low[(int) rank];
    }
    if (n - 1 - rank < high.length) {
      return -high[(int) (n - 1 - rank)] + 0.0;
    }
    throw new IllegalArgumentException(
        "Reading percentile "
            + p
            + " of "
            + n
            + " values: expected rank "
            + rank
            + " among the "
            + low.length
            + " smallest or "
            + high.length
            + " largest values kept; keep k >= "
            + tailSizeFor(p, n));
  }

  /**
   * The value that a further one must be below to enter the tail of the smallest; +Infinity while
   * that tail is not full. A stream need only offer values beyond both bounds.
   */
  public float lowBound() {
    return smallest.isFull() ? smallest.largestKept() : Float.POSITIVE_INFINITY;
  }

  /** The value that a further one must be above to enter the tail of the largest, likewise. */
  public float highBound() {
    return largestNegated.isFull() ? -largestNegated.largestKept() : Float.NEGATIVE_INFINITY;
  }

  /** The number of values kept at each end at most. */
  public int k() {
    return k;
  }

  /** The number of values skipped because they were NaN or infinite. */
  public long skipped() {
    return skipped;
  }

  /** The smallest values kept, ascending, a copy. */
  public float[] smallest() {
    return smallest.sorted();
  }

  /** The largest values kept, ascending, a copy. */
  public float[] largest() {
    float[] negated = largestNegated.sorted();
    float[] values = new float[negated.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = -negated[values.length - 1 - i] + 0.0f;
    }
    return values;
  }
}
