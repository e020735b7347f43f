package dev.tailgate.result.gate;

import java.util.List;
import java.util.Optional;

/**
 * What all rules say of a result.
 *
 * @param schemaVersion version of the record layout
 * @param model the file that was measured
 * @param modelSha256 its hash
 * @param baseline the model of the baseline; empty without one
 * @param verdict {@code FAIL} where a rule of severity error fails, else {@code INCONCLUSIVE} where
 *     one is, else {@code PASS}
 * @param rules rule by rule, in the order of the file
 */
public record GateReport(
    String schemaVersion,
    String model,
    String modelSha256,
    Optional<String> baseline,
    Verdict verdict,
    List<RuleVerdict> rules) {
  /** The layout these records describe. */
  public static final String SCHEMA_VERSION = "1";

  /** Copies the list. */
  public GateReport {
    rules = List.copyOf(rules);
  }

  /** Whether the gate is passed; one that is inconclusive is not. */
  public boolean passes() {
    return verdict == Verdict.PASS;
  }

  /** How many rules say {@code verdict}. */
  public long count(Verdict wanted) {
    return rules.stream().filter(rule -> rule.verdict() == wanted).count();
  }

  static Verdict overall(List<RuleVerdict> rules) {
    Verdict worst = Verdict.PASS;
    for (RuleVerdict rule : rules) {
      if (rule.severity() == Severity.ERROR && rule.verdict() == Verdict.FAIL) {
        return Verdict.FAIL;
      }
      if (rule.severity() == Severity.ERROR && rule.verdict() == Verdict.INCONCLUSIVE) {
        worst = Verdict.INCONCLUSIVE;
      }
    }
    return worst;
  }
}
