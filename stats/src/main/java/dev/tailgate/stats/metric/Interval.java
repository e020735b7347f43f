package dev.tailgate.stats.metric;

/**
 * A confidence interval in the unit of its metric.
 *
 * @param low the lower end
 * @param high the upper end, not below {@code low}; both are NaN when there is nothing to tell
 */
public record Interval(double low, double high) {

  /** The interval of a metric that has no data. */
  public static final Interval UNKNOWN = new Interval(Double.NaN, Double.NaN);

  /** Refuses what cannot be. */
  public Interval {
    boolean ordered = low <= high;
    boolean unknown = Double.isNaN(low) && Double.isNaN(high);
    if (!ordered && !unknown) {
      throw new IllegalArgumentException(
          "Making an interval: expected low <= high, found low=" + low + " high=" + high);
    }
  }

  /** Whether there is no interval. */
  public boolean isUnknown() {
    return Double.isNaN(low);
  }

  /** Whether {@code x} lies in the interval, ends included. */
  public boolean contains(double x) {
    return low <= x && x <= high;
  }
}
