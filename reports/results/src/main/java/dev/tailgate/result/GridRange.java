package dev.tailgate.result;

/**
 * The closed interval a quantization grid covers; values outside are clipped to its ends.
 *
 * @param low smallest representable value
 * @param high largest representable value
 */
public record GridRange(double low, double high) {
  /** Refuses what cannot be. */
  public GridRange {
    Require.ordered("range", low, high);
  }
}
