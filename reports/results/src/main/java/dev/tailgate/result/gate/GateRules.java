package dev.tailgate.result.gate;

import dev.tailgate.result.RunResult;
import dev.tailgate.result.wording.Findings;
import java.util.List;
import java.util.Optional;

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

  /**
   * Why {@code result} could never be compared with by these rules, and so is no baseline for them;
   * empty where it is one.
   */
  public Optional<String> unfitAsBaseline(RunResult result) {
    if (result.run().syntheticInputs() && !allowSynthetic) {
      return Optional.of("is over made-up inputs");
    }
    if (result.task().quantized().isEmpty()
        && Findings.nothing(result.quantization()).isPresent()) {
      return Optional.of("quantizes no matrix product of the model");
    }
    return result.run().samples() < minSamples
        ? Optional.of("has fewer samples than the " + minSamples + " the rules ask for")
        : Optional.empty();
  }
}
