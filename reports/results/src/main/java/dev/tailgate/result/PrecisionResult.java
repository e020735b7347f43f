package dev.tailgate.result;

import java.util.List;

/**
 * The search for the cheapest exceptions that keep a bound.
 *
 * @param bound the loss allowed, in the task metric's unit
 * @param reached whether a set that keeps it was found
 * @param exclude selectors of what stays in float
 * @param rules selectors with the precision of what they choose, as {@code quantize --except} reads
 *     them
 * @param chosen the cheapest set that keeps the bound, or the one with the least loss
 * @param curve all sets that were tried and that no other beats in both cost and loss, by cost
 * @param evaluations models that were run
 * @param places how many points or products there were to choose from
 * @param layers number of blocks
 */
public record PrecisionResult(
    double bound,
    boolean reached,
    List<String> exclude,
    List<String> rules,
    PrecisionTrial chosen,
    List<PrecisionTrial> curve,
    int evaluations,
    int places,
    int layers) {
  /** Copies the lists. */
  public PrecisionResult {
    exclude = List.copyOf(exclude);
    rules = List.copyOf(rules);
    curve = List.copyOf(curve);
  }
}
