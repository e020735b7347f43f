package dev.tailgate.result.diagnosis;

import dev.tailgate.result.Evidence;
import dev.tailgate.result.Finding;
import dev.tailgate.result.HealResult;
import dev.tailgate.result.RunResult;
import dev.tailgate.result.SensitivityResult;
import dev.tailgate.result.TapResult;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Says what goes with the outliers of a model and their damage, and what addresses it.
 *
 * <p>Each rule says at most one sentence, and none without its numbers. What comes first is decided
 * by the damage where a sensitivity knows the place: the fraction of the noise made there by parts
 * quantized one at a time. Findings without that follow, by the strength of their evidence: the
 * decades by which a number is beyond harmless, times the share of the phenomenon it explains. A
 * tensor with NaN or infinities and a cost too small to be measured come before everything. The
 * words claim nothing beyond the numbers: that a channel holds a moment, not that it causes the
 * loss.
 */
public final class Diagnosis {
  /** More would not be read. */
  static final int MOST = 6;

  private static final List<Rule> RULES =
      List.of(
          new NonFiniteValues(),
          new NoMeasurableCost(),
          new WeightsOrActivations(),
          new WorstTensor(),
          new FewChannels(),
          new FewTokens(),
          new AttentionSinks(),
          new NormGain(),
          new WastedRange(),
          new ClippedRange(),
          new WeightColumn(),
          new ResidualGrowth(),
          new ActivationTail(),
          new FewSamples());

  /** About some processors only; said last, and nothing stands out by it. */
  private static final Rule LAST = new UnsafeSums();

  /** The diagnosis of an audit; empty for one that did not look for causes. */
  public static List<Finding> of(RunResult result) {
    return result
        .evidence()
        .map(evidence -> of(result, evidence, result.sensitivity()))
        .orElse(List.of());
  }

  /** The diagnosis of a model that was healed, with advice in the light of what was tried. */
  public static List<Finding> of(RunResult original, HealResult healed) {
    return TriedAdvice.apply(
        of(original, healed.evidence().orElse(Evidence.NONE), healed.sensitivity()),
        healed.steps());
  }

  private record Weighed(Observation observation, Optional<Double> damage) {
    /** What cannot be weighed comes after all that can, but for what comes before everything. */
    double damageOrLeast() {
      return Double.isInfinite(observation.strength())
          ? Double.POSITIVE_INFINITY
          : damage.orElse(-1.0);
    }
  }

  /** What makes less of the noise than this is no cause, however far its numbers stick out. */
  private static final double LEAST_DAMAGE = 0.02;

  private static final Comparator<Weighed> WORST_FIRST =
      Comparator.comparingDouble(Weighed::damageOrLeast)
          .thenComparingDouble(weighed -> weighed.observation().strength())
          .reversed();

  private Diagnosis() {}

  /**
   * The most important of the findings, at most {@value #MOST}, and what concerns some processors;
   * at least one, never empty.
   */
  public static List<Finding> of(
      RunResult result, Evidence evidence, Optional<SensitivityResult> sensitivity) {
    MeasuredModel facts = new MeasuredModel(result, evidence, sensitivity);
    List<Weighed> weighed = new ArrayList<>();
    for (Rule rule : RULES) {
      rule.look(facts).ifPresent(seen -> weighed.add(weigh(seen, sensitivity)));
    }
    weighed.removeIf(w -> w.damage().filter(share -> share < LEAST_DAMAGE).isPresent());
    dropRepeated(weighed);
    boolean isWhole = weighed.stream().allMatch(w -> w.observation().advice().isEmpty());
    boolean isFinite = result.taps().stream().allMatch(TapResult::isFinite);
    if (isWhole && isFinite) {
      weighed.add(new Weighed(NothingStandsOut.of(facts), Optional.empty()));
    }
    // Ties keep the order of the rules.
    weighed.sort(WORST_FIRST);
    weighed.subList(Math.min(MOST, weighed.size()), weighed.size()).clear();
    LAST.look(facts).ifPresent(seen -> weighed.add(new Weighed(seen, Optional.empty())));
    List<Finding> findings = new ArrayList<>();
    for (Weighed next : weighed) {
      findings.add(finding(findings.size() + 1, next, PresentMethods.of(result)));
    }
    return List.copyOf(findings);
  }

  /** A tensor that another finding explains needs none that only names it. */
  private static void dropRepeated(List<Weighed> weighed) {
    Set<String> explained = new HashSet<>();
    for (Weighed each : weighed) {
      if (!each.observation().cause().equals(WorstTensor.CAUSE)) {
        explained.addAll(each.observation().where().tensors());
      }
    }
    weighed.removeIf(
        each ->
            each.observation().cause().equals(WorstTensor.CAUSE)
                && explained.containsAll(each.observation().where().tensors()));
  }

  private static Weighed weigh(Observation seen, Optional<SensitivityResult> sensitivity) {
    return new Weighed(seen, sensitivity.flatMap(s -> new KnownDamage(s).share(seen.where())));
  }

  private static Finding finding(int rank, Weighed weighed, Set<String> present) {
    Observation seen = weighed.observation();
    Sentence sentence = seen.sentence();
    weighed
        .damage()
        .ifPresent(
            share ->
                sentence
                    .say(" Parts quantized one at a time make ")
                    .percent("damage", share)
                    .say(" of their noise there."));
    return new Finding(
        rank,
        seen.cause(),
        sentence.words(),
        sentence.numbers(),
        seen.advice().stream().filter(advice -> !present.contains(advice)).toList(),
        weighed.damage(),
        seen.strength());
  }
}
