package dev.tailgate.result.diagnosis;

import dev.tailgate.result.Finding;
import dev.tailgate.result.RemedyStep;
import dev.tailgate.result.RemedyStep.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Advice in the light of what was tried: what was kept comes first and says so, what did not help
 * or did not apply is not advised.
 */
final class TriedAdvice {
  private TriedAdvice() {}

  /** The findings with their advice so changed; remedies that were not tried stay. */
  static List<Finding> apply(List<Finding> findings, List<RemedyStep> steps) {
    Map<String, Verdict> tried =
        steps.stream()
            .collect(Collectors.toMap(RemedyStep::remedy, RemedyStep::verdict, (a, b) -> b));
    return findings.stream()
        .map(
            f ->
                new Finding(
                    f.rank(),
                    f.cause(),
                    f.sentence(),
                    f.numbers(),
                    advice(f.advice(), tried),
                    f.damage(),
                    f.strength()))
        .toList();
  }

  private static List<String> advice(List<String> all, Map<String, Verdict> tried) {
    List<String> kept = new ArrayList<>();
    List<String> untried = new ArrayList<>();
    for (String advice : all) {
      Verdict verdict = tried.get(advice);
      if (verdict == null) {
        untried.add(advice);
      } else if (verdict == Verdict.KEPT || verdict == Verdict.HELPFUL) {
        kept.add(advice + " (helped here)");
      }
    }
    kept.addAll(untried);
    return kept;
  }
}
