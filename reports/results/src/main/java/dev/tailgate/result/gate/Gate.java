package dev.tailgate.result.gate;

import dev.tailgate.result.RunResult;
import dev.tailgate.result.Score;
import dev.tailgate.result.metric.AgreementMetrics;
import dev.tailgate.result.metric.Measurement;
import dev.tailgate.result.wording.Findings;
import dev.tailgate.result.wording.Numbers;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Judges a result by rules. A rule that cannot be judged is inconclusive and says why: too few
 * samples, made-up inputs, a metric or a baseline that is missing, a baseline of something else, a
 * value that is not a number, an interval that reaches over the bound.
 */
public final class Gate {
  private final RunResult result;
  private final Optional<RunResult> baseline;
  private final GateRules rules;
  private final List<String> differences;

  private Gate(RunResult result, Optional<RunResult> baseline, GateRules rules) {
    this.result = result;
    this.baseline = baseline;
    this.rules = rules;
    this.differences =
        baseline.map(base -> Comparability.differences(result, base)).orElse(List.of());
  }

  /** The verdict that is asked for. */
  public static GateReport judge(GateRequest request) {
    return judge(request.result(), request.baseline(), request.rules());
  }

  /**
   * What {@code rules} say of {@code result}.
   *
   * @param result what was measured
   * @param baseline what it is compared with; without one, rules that need it are inconclusive
   * @param rules the bounds
   * @return the verdict, overall and rule by rule
   */
  public static GateReport judge(RunResult result, Optional<RunResult> baseline, GateRules rules) {
    Gate gate = new Gate(result, baseline, rules);
    List<RuleVerdict> verdicts = new ArrayList<>();
    for (GateRule rule : rules.rules()) {
      verdicts.add(gate.judge(rule));
    }
    return new GateReport(
        GateReport.SCHEMA_VERSION,
        result.model().path(),
        result.model().sha256(),
        baseline.map(base -> base.model().path()),
        GateReport.overall(verdicts),
        verdicts);
  }

  private static String withoutValue(String metric) {
    return AgreementMetrics.all().stream()
        .filter(m -> m.id().equals(metric))
        .findFirst()
        .map(m -> "There is no " + m.name() + ": outputs of the quantized model are not finite.")
        .orElse("The value is not a number.");
  }

  private RuleVerdict judge(GateRule rule) {
    Optional<Measurement> found = rule.metric().measure().apply(result, rule.taps());
    Optional<Measurement> base =
        rule.bound() instanceof Bound.Absolute
            ? Optional.empty()
            : baseline.flatMap(b -> rule.metric().measure().apply(b, rule.taps()));
    Optional<String> obstacle = obstacle(rule, found, base);
    if (obstacle.isPresent()) {
      return verdict(rule, Verdict.INCONCLUSIVE, found, base, "", obstacle.get());
    }
    return judge(rule, found.orElseThrow(), base);
  }

  /** What keeps a rule from being judged. */
  private Optional<String> obstacle(
      GateRule rule, Optional<Measurement> found, Optional<Measurement> base) {
    if (found.isEmpty()) {
      return Optional.of(
          rule.metric().overTaps()
              ? "No measured tap is " + rule.taps().inWords() + "."
              : "The result has no " + rule.metric().id() + "." + notEvaluated(rule));
    }
    if (rule.metric().statistical() && result.run().syntheticInputs() && !rules.allowSynthetic()) {
      return Optional.of("The inputs were made up; give the audit --data.");
    }
    if (rule.metric().statistical() && result.run().samples() < rules.minSamples()) {
      return Optional.of(
          String.format(
              Locale.ROOT,
              "%d samples were evaluated, fewer than the %d that the rules ask for.",
              result.run().samples(),
              rules.minSamples()));
    }
    if (!(rule.bound() instanceof Bound.Absolute)) {
      if (baseline.isEmpty()) {
        return Optional.of("There is no baseline to compare with; give --baseline.");
      }
      if (rule.metric().statistical() && !differences.isEmpty()) {
        return Optional.of(
            "The baseline is of something else: " + String.join("; ", differences) + ".");
      }
      if (base.isEmpty()) {
        return Optional.of("The baseline has no " + rule.metric().id() + ".");
      }
      if (!Double.isFinite(base.get().value())) {
        return Optional.of("The baseline's value is " + base.get().value() + ".");
      }
    }
    if (Double.isNaN(found.get().value())) {
      return Optional.of(withoutValue(rule.metric().id()));
    }
    if (rule.confident() && !found.get().score().hasInterval()) {
      return Optional.of("The value comes without an interval to decide by.");
    }
    return Optional.empty();
  }

  /** A sentence behind the one that a number is missing, where the quantized model was not run. */
  private String notEvaluated(GateRule rule) {
    return rule.metric().statistical()
        ? Findings.nothing(result.quantization()).map(sentence -> " " + sentence).orElse("")
        : "";
  }

  private RuleVerdict judge(GateRule rule, Measurement found, Optional<Measurement> base) {
    Bound.Absolute limits = limits(rule.bound(), base);
    Score score = found.score();
    String words = inWords(limits);
    Optional<Measurement> measured = Optional.of(found);
    String value = rule.metric().id() + " is " + Numbers.compact(score.value());
    boolean isBeyond = isBeyond(limits, score.value(), score.value());
    if (!isBeyond) {
      return verdict(
          rule, Verdict.PASS, measured, base, words, value + ", expected " + words + ".");
    }
    String interval =
        rule.confident()
            ? String.format(
                Locale.ROOT,
                " (95 %% interval %s to %s)",
                Numbers.compact(score.low()),
                Numbers.compact(score.high()))
            : "";
    if (rule.confident() && !isBeyond(limits, score.low(), score.high())) {
      return verdict(
          rule,
          Verdict.INCONCLUSIVE,
          measured,
          base,
          words,
          value + interval + ", expected " + words + "; too few samples to tell.");
    }
    String where = found.tap().map(tap -> " in " + tap).orElse("");
    String was = base.map(b -> ", the baseline's is " + Numbers.compact(b.value())).orElse("");
    return verdict(
        rule,
        Verdict.FAIL,
        measured,
        base,
        words,
        value + interval + where + ", expected " + words + was + ".");
  }

  private static Bound.Absolute limits(Bound bound, Optional<Measurement> base) {
    if (bound instanceof Bound.Relative relative) {
      return relative.at(base.orElseThrow().value());
    }
    if (bound instanceof Bound.Distance distance) {
      return distance.at(base.orElseThrow().value());
    }
    return (Bound.Absolute) bound;
  }

  /** Whether all of an interval lies above the limits or all of it below. */
  private static boolean isBeyond(Bound.Absolute limits, double low, double high) {
    return limits.max().filter(max -> low > max).isPresent()
        || limits.min().filter(min -> high < min).isPresent();
  }

  private static String inWords(Bound.Absolute limits) {
    if (limits.min().isPresent() && limits.max().isPresent()) {
      return Numbers.compact(limits.min().get()) + " to " + Numbers.compact(limits.max().get());
    }
    return limits
        .max()
        .map(max -> "at most " + Numbers.compact(max))
        .orElseGet(() -> "at least " + Numbers.compact(limits.min().orElseThrow()));
  }

  private static RuleVerdict verdict(
      GateRule rule,
      Verdict verdict,
      Optional<Measurement> found,
      Optional<Measurement> base,
      String bound,
      String sentence) {
    return new RuleVerdict(
        rule.id(),
        rule.metric().id(),
        rule.severity(),
        verdict,
        found.map(Measurement::value),
        base.map(Measurement::value),
        bound,
        sentence,
        found.flatMap(Measurement::tap));
  }
}
