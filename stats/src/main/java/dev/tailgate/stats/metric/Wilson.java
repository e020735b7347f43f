package dev.tailgate.stats.metric;

/**
 * Wilson's score interval of a fraction {@code k / n}, at 95 %. With {@code z} the 0.975 quantile
 * of the standard normal distribution it is
 *
 * <pre>
 * (k + z^2 / 2 -+ z sqrt(k (n - k) / n + z^2 / 4)) / (n + z^2)
 * </pre>
 *
 * <p>which unlike the usual normal interval stays in [0, 1] and has width at {@code k = 0} and
 * {@code k = n}. Without data it is unknown.
 *
 * <p>Source: E. B. Wilson (1927), <a
 * href="https://doi.org/10.1080/01621459.1927.10502953">10.1080/01621459.1927.10502953</a>.
 */
final class Wilson {
  private static final double Z = 1.959963984540054;

  private Wilson() {}

  static Interval interval(long successes, long trials) {
    if (trials == 0) {
      return Interval.UNKNOWN;
    }
    double z2 = Z * Z;
    double n = trials;
    double centre = successes + z2 / 2;
    double half = Z * Math.sqrt(successes * ((n - successes) / n) + z2 / 4);
    // At the ends the bound is 0 or 1 exactly, which rounding would miss by an ulp.
    double low = successes == 0 ? 0 : (centre - half) / (n + z2);
    double high = successes == trials ? 1 : (centre + half) / (n + z2);
    return new Interval(low, high);
  }
}
