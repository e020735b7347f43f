package dev.tailgate.result;

/**
 * A number with its interval.
 *
 * @param value the estimate
 * @param low lower end of the 95 % interval; NaN when no interval was computed
 * @param high upper end, likewise
 */
public record Score(double value, double low, double high) {
  /** Refuses what cannot be. */
  public Score {
    Require.ordered("score", low, high);
  }

  /** A number that comes without an interval. */
  public static Score point(double value) {
    return new Score(value, Double.NaN, Double.NaN);
  }

  /** Whether both ends are known. */
  public boolean hasInterval() {
    return !Double.isNaN(low) && !Double.isNaN(high);
  }
}
