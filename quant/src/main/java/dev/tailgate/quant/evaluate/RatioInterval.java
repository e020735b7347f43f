package dev.tailgate.quant.evaluate;

import dev.tailgate.stats.metric.Interval;

/**
 * Confidence interval of a ratio of sums over independent units, such as loss per token over
 * samples: tokens of one sample are not independent, samples are.
 *
 * <p>With {@code r = sum y / sum x} over n units, the standard error is {@code sqrt(n / (n - 1) sum
 * (y_i - r x_i)^2) / sum x}; the interval is {@code r -+ 1.96 se}. Fewer than two units give none.
 *
 * <p>Source: W. G. Cochran, Sampling Techniques, 3rd edition (1977), section 2.11.
 */
final class RatioInterval {
  private static final double Z = 1.959963984540054;

  private long units;
  private double sumX;
  private double sumY;
  private double sumXx;
  private double sumXy;
  private double sumYy;

  /** Adds a unit: {@code y} in all over {@code x > 0} parts; others are left out. */
  void add(double y, double x) {
    if (x > 0 && Double.isFinite(y)) {
      units++;
      sumX += x;
      sumY += y;
      sumXx += x * x;
      sumXy += x * y;
      sumYy += y * y;
    }
  }

  /** The 95 % interval of the ratio. */
  Interval interval() {
    if (units < 2) {
      return Interval.UNKNOWN;
    }
    double ratio = sumY / sumX;
    // Equal units make the difference cancel; rounding may leave it just below zero.
    double squares = Math.max(0, sumYy - 2 * ratio * sumXy + ratio * ratio * sumXx);
    double error = Math.sqrt(squares * units / (units - 1)) / sumX;
    return new Interval(ratio - Z * error, ratio + Z * error);
  }
}
