package dev.tailgate.quant.site;

/**
 * Distribution of row log-sum-exps {@code L} of one head: counts and sums in bins 1/32 wide over
 * [-128, 128], and one bin for each side beyond. Memory does not grow with the number of rows, and
 * histograms of parts merge to that of the whole.
 *
 * <p>A bin stands for all its rows by their mean, so that the error of {@link #mass} is of second
 * order in the width of a bin: below {@code (1/32)^2 / 8 / 10}, about 1e-5 absolutely. Rows beyond
 * the ends are as far from any sink that matters that their share is 0 or 1 in any case.
 */
final class LogSumExpHistogram {
  private static final int PER_UNIT = 32;
  private static final int LIMIT = 128;
  private static final int BINS = 2 * LIMIT * PER_UNIT + 2;

  private final long[] counts = new long[BINS];
  private final double[] sums = new double[BINS];
  private long rows;

  /** Adds a row; must be finite. */
  void accept(double logSumExp) {
    double at = (logSumExp + LIMIT) * PER_UNIT;
    int bin = at < 0 ? 0 : at >= BINS - 2 ? BINS - 1 : 1 + (int) at;
    counts[bin]++;
    sums[bin] += logSumExp;
    rows++;
  }

  /** Adds the rows of another histogram. */
  void merge(LogSumExpHistogram other) {
    for (int i = 0; i < BINS; i++) {
      counts[i] += other.counts[i];
      sums[i] += other.sums[i];
    }
    rows += other.rows;
  }

  /** Number of rows. */
  long rows() {
    return rows;
  }

  /**
   * The share of attention that a sink logit {@code s} takes, {@code exp(s) / (exp(s) + exp(L)) =
   * sigmoid(s - L)}, averaged over rows; NaN without rows.
   */
  double mass(double sink) {
    double sum = 0;
    for (int i = 0; i < BINS; i++) {
      if (counts[i] > 0) {
        sum += counts[i] / (1 + Math.exp(sums[i] / counts[i] - sink));
      }
    }
    return sum / rows;
  }

  /**
   * The sink logit whose {@link #mass} is {@code target}, by bisection; the mass grows with it.
   * Exact to the last bits of the logit.
   *
   * @param target in (0, 1)
   */
  double sinkFor(double target) {
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < BINS; i++) {
      if (counts[i] > 0) {
        low = Math.min(low, sums[i] / counts[i]);
        high = Math.max(high, sums[i] / counts[i]);
      }
    }
    // With all rows at one place L the answer is L + logit(target); it lies between the extremes.
    double logit = Math.log(target / (1 - target));
    low += logit - 1;
    high += logit + 1;
    for (int i = 0; i < 100; i++) {
      double middle = low + (high - low) / 2;
      if (mass(middle) < target) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return low + (high - low) / 2;
  }
}
