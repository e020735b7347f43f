package dev.tailgate.stats;

/**
 * NumPy's default quantile rule: the quantile {@code q} of {@code n} sorted values sits at the
 * fractional index {@code h = q (n - 1)} and is interpolated between its two neighbours.
 *
 * <p>Rule 7 of Hyndman and Fan (1996), <a
 * href="https://doi.org/10.1080/00031305.1996.10473566">10.1080/00031305.1996.10473566</a>.
 */
public final class LinearInterpolation {

  private LinearInterpolation() {}

  /**
   * Quantile {@code q}, in [0, 1], of values in ascending order; NaN when there are none.
   *
   * @throws IllegalArgumentException if {@code q} is outside [0, 1]
   */
  public static double quantile(double[] sorted, double q) {
    if (!(q >= 0 && q <= 1)) {
      throw new IllegalArgumentException(
          "Reading a quantile: expected a fraction in [0, 1], found " + q);
    }
    if (sorted.length == 0) {
      return Double.NaN;
    }
    double index = q * (sorted.length - 1);
    int below = (int) index;
    int above = Math.min(below + 1, sorted.length - 1);
    return between(sorted[below], sorted[above], index - below);
  }

  /** The value at fraction {@code t} of the way from {@code a} to {@code b}. */
  static double between(double a, double b, double t) {
    // Starting from the nearer end keeps the result monotone in t and exact at both ends.
    return t < 0.5 ? a + (b - a) * t : b - (b - a) * (1 - t);
  }
}
