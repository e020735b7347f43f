package dev.tailgate.result.gate;

import dev.tailgate.result.metric.GateMetric;
import dev.tailgate.result.metric.TapSelector;

/**
 * A bound on one metric.
 *
 * @param id its name in every output
 * @param metric what is bounded
 * @param taps which taps a tap metric is taken over; the others pass over it
 * @param bound where it has to stay
 * @param confident whether the 95 % interval decides: it fails only where the interval lies wholly
 *     beyond the bound, and is inconclusive where the value does but the interval reaches back
 * @param severity what a failure means
 * @param reason why the rule is there, one sentence or empty
 */
public record GateRule(
    String id,
    GateMetric metric,
    TapSelector taps,
    Bound bound,
    boolean confident,
    Severity severity,
    String reason) {
  /** Refuses a rule without a name. */
  public GateRule {
    if (id.isBlank()) {
      throw new IllegalArgumentException("a rule has no id");
    }
  }
}
