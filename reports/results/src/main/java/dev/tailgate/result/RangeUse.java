package dev.tailgate.result;

import java.util.Optional;

/**
 * How much of a grid the bulk of the values gets. The bulk is the middle 99.9 %: from the 0.05th to
 * the 99.95th percentile, known to 1.1 % each.
 *
 * @param quantized whether the grid is the one the tensor is quantized by; if not, it is an 8-bit
 *     one from the smallest to the largest value, 0 included
 * @param levels numbers of the grid
 * @param bulkLevels how many of them lie in the bulk's range: its width over the step, plus 1, not
 *     above {@code levels}
 * @param sqnr of rounding this tensor alone, {@code 10 log10(sum x^2 / sum (x - Q(x))^2)} in dB;
 *     empty where it is not quantized
 * @param clipped fraction of the values beyond the ends of the grid; empty likewise
 */
public record RangeUse(
    boolean quantized,
    int levels,
    double bulkLevels,
    Optional<Double> sqnr,
    Optional<Double> clipped) {
  /** Refuses a grid without levels. */
  public RangeUse {
    if (levels < 1) {
      throw new IllegalArgumentException("range_use.levels is " + levels + ", expected 1 or more");
    }
  }
}
