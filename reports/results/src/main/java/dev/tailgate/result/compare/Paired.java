package dev.tailgate.result.compare;

import java.util.Optional;

/**
 * A row against the baseline on the same samples.
 *
 * @param quantized difference of the quantized metric, row minus baseline
 * @param cost difference of what quantization costs (quantized minus float)
 * @param notPaired why there is no difference; empty where there is one
 */
public record Paired(
    Optional<Difference> quantized, Optional<Difference> cost, Optional<String> notPaired) {
  /** The reason of the row that others are compared with. */
  static final String BASELINE = "the baseline";

  /**
   * A difference with its 95 % interval.
   *
   * @param value over all samples, mean over seeds
   * @param low lower end; NaN where the interval is unknown
   * @param high upper end, likewise
   * @param excludesZero whether the interval lies on one side of 0
   */
  public record Difference(double value, double low, double high, boolean excludesZero) {
    static Difference of(double value, double low, double high) {
      return new Difference(value, low, high, low > 0 || high < 0);
    }
  }

  /** Nothing is paired, for that reason. */
  static Paired not(String reason) {
    return new Paired(Optional.empty(), Optional.empty(), Optional.of(reason));
  }
}
