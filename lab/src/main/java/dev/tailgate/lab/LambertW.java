package dev.tailgate.lab;

/**
 * The principal branch of the Lambert W function, {@code w exp(w) = x} for {@code x >= -1/e}, by
 * Halley's method from the logarithm; relative error below 1e-14.
 */
final class LambertW {
  private static final int STEPS = 60;

  private LambertW() {}

  /** {@code W0(x)}; NaN below {@code -1/e}. */
  static double of(double x) {
    if (Double.isNaN(x) || x < -1 / Math.E) {
      return Double.NaN;
    }
    double w = x > Math.E ? Math.log(x) - Math.log(Math.log(x)) : Math.log1p(Math.max(x, -0.36));
    for (int i = 0; i < STEPS; i++) {
      double e = Math.exp(w);
      double f = w * e - x;
      double step = f / (e * (w + 1) - (w + 2) * f / (2 * w + 2));
      if (!Double.isFinite(step)) {
        break;
      }
      w -= step;
      if (Math.abs(step) <= 1e-15 * (1 + Math.abs(w))) {
        break;
      }
    }
    return w;
  }

  /**
   * {@code c} of the exponential capacity (Ramsauer et al., arXiv 2008.02217, theorem 3): on a
   * sphere of radius {@code K sqrt(d - 1)}, {@code N >= sqrt(p) c^((d - 1) / 4)} random patterns
   * are stored with probability {@code 1 - p}, where {@code c >= (2 / sqrt(p))^(4 / (d - 1))}.
   *
   * <pre>
   *   a = 2 / (d - 1) (1 + ln(2 beta K^2 p (d - 1)))      b = 2 K^2 beta / 5      c = b / W0(exp(a + ln b))
   * </pre>
   */
  static double capacityBase(double beta, double k, int d, double p) {
    double a = 2.0 / (d - 1) * (1 + Math.log(2 * beta * k * k * p * (d - 1)));
    double b = 2 * k * k * beta / 5;
    return b / of(Math.exp(a + Math.log(b)));
  }
}
