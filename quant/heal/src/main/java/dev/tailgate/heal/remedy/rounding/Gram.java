package dev.tailgate.heal.remedy.rounding;

/**
 * First and second moments of the rows {@code x_n} of an activation.
 *
 * @param width number of channels {@code K}
 * @param products {@code sum_n x_n^T x_n}, {@code K * K} in row-major order; empty where only the
 *     mean was asked for. Not copied
 * @param mean {@code sum_n x_n / N}; zeros for no rows. Not copied
 * @param rows number of summands {@code N}
 */
record Gram(int width, double[] products, double[] mean, double rows) {
  /** Whether all sums are finite: no NaN, no infinity, no overflow of float32 within a batch. */
  boolean isFinite() {
    return allFinite(products) && allFinite(mean);
  }

  private static boolean allFinite(double[] values) {
    // A sum is NaN or infinite as soon as one summand is: finite numbers of float32 size are not.
    double sum = 0;
    for (double value : values) {
      sum += Math.abs(value);
    }
    return Double.isFinite(sum);
  }
}
