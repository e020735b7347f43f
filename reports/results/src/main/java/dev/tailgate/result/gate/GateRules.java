package dev.tailgate.result.gate;

import java.util.List;

/**
 * What a result is judged by.
 *
 * @param minSamples fewer evaluated samples make statistical metrics inconclusive
 * @param allowSynthetic whether made-up inputs may be judged; by default they are inconclusive
 * @param rules at least one, with different ids
 */
public record GateRules(long minSamples, boolean allowSynthetic, List<GateRule> rules) {
  /** Refuses no rules, and two of a name. */
  public GateRules {
    rules = List.copyOf(rules);
    if (rules.isEmpty()) {
      throw new IllegalArgumentException("there are no rules, and no rules would pass everything");
    }
    if (rules.stream().map(GateRule::id).distinct().count() < rules.size()) {
      throw new IllegalArgumentException("two rules have the same id");
    }
  }
}
