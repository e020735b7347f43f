package dev.tailgate.result.gate;

import dev.tailgate.result.RunResult;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A result to judge, and what by. Begin with {@link #of}.
 *
 * @param result what was measured
 * @param baseline what it is compared with; without one, rules that need it are inconclusive
 * @param rules the bounds
 */
public record GateRequest(RunResult result, Optional<RunResult> baseline, GateRules rules) {
  /** The defaults of {@code tailgate gate RESULT}: wide fixed bounds. */
  public static GateRequest of(RunResult result) {
    return new GateRequest(result, Optional.empty(), GateRulesFile.withoutBaseline());
  }

  /**
   * Compared with a result that was accepted, by the bounds that are meant for that; rules of one's
   * own are given after it.
   */
  public GateRequest against(RunResult accepted) {
    return new GateRequest(result, Optional.of(accepted), GateRulesFile.againstBaseline());
  }

  /** The same by the rules in a file. */
  public GateRequest withRules(Path file) {
    return with(GateRulesFile.read(file));
  }

  /** The same by other rules. */
  public GateRequest with(GateRules others) {
    return new GateRequest(result, baseline, others);
  }
}
