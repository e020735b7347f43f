package dev.tailgate.result.glossary;

import dev.tailgate.result.gate.Bound;
import dev.tailgate.result.gate.GateRules;
import dev.tailgate.result.gate.GateRulesFile;
import dev.tailgate.result.metric.GateMetric;
import dev.tailgate.result.wording.Numbers;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A number that a gate can bound, with the bounds of the rules that come with Tailgate.
 *
 * @param id its name in rule files
 * @param description what it is
 * @param selectsTaps whether a rule can choose the taps it is taken over
 * @param needsSamples whether it is inconclusive over too few samples or made-up inputs
 * @param boundAlone the bound where there is no baseline, in words; empty where none is shipped
 * @param boundAgainstBaseline the bound against a baseline, likewise
 */
public record GateTerm(
    String id,
    String description,
    boolean selectsTaps,
    boolean needsSamples,
    Optional<String> boundAlone,
    Optional<String> boundAgainstBaseline) {

  static GateTerm of(GateMetric metric) {
    return new GateTerm(
        metric.id(),
        metric.description(),
        metric.overTaps(),
        metric.statistical(),
        bound(GateRulesFile.withoutBaseline(), metric),
        bound(GateRulesFile.againstBaseline(), metric));
  }

  private static Optional<String> bound(GateRules rules, GateMetric metric) {
    return rules.rules().stream()
        .filter(rule -> rule.metric().id().equals(metric.id()))
        .map(rule -> inWords(rule.bound()))
        .findFirst();
  }

  private static String inWords(Bound bound) {
    List<String> sides = new ArrayList<>();
    if (bound instanceof Bound.Relative relative) {
      relative.maxIncrease().ifPresent(i -> sides.add("at most " + percent(i) + " above it"));
      relative.maxDecrease().ifPresent(d -> sides.add("at most " + percent(d) + " below it"));
    } else if (bound instanceof Bound.Distance distance) {
      distance.maxRise().ifPresent(r -> sides.add(r == 0 ? "not above it" : by(r, "above")));
      distance.maxFall().ifPresent(f -> sides.add(f == 0 ? "not below it" : by(f, "below")));
    } else {
      bound.min().ifPresent(min -> sides.add("at least " + Numbers.compact(min)));
      bound.max().ifPresent(max -> sides.add("at most " + Numbers.compact(max)));
    }
    return String.join(", ", sides);
  }

  private static String by(double distance, String side) {
    return "at most " + Numbers.compact(distance) + " " + side + " it";
  }

  private static String percent(double fraction) {
    return Numbers.compact(100 * fraction) + " %";
  }
}
