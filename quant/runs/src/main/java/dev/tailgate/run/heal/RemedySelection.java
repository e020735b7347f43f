package dev.tailgate.run.heal;

import dev.tailgate.heal.remedy.Remedy;
import dev.tailgate.heal.remedy.Treated;
import dev.tailgate.onnx.ir.ModelException;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.remedy.Repair;
import dev.tailgate.quant.plan.Calibrated;
import dev.tailgate.quant.plan.CalibrationContext;
import dev.tailgate.quant.score.Differences;
import dev.tailgate.quant.score.Trial;
import dev.tailgate.quant.score.TrialRunner;
import dev.tailgate.result.Damage;
import dev.tailgate.result.RemedyStep;
import dev.tailgate.result.RemedyStep.Verdict;
import dev.tailgate.result.Score;
import dev.tailgate.run.heal.HealRequest.Treatment.Keep;
import dev.tailgate.stats.metric.SampledMetric;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Tries remedies one after the other on what earlier ones left, and keeps those that help. */
final class RemedySelection {
  /**
   * SQNR in dB below which a float model does not compute the same function any more: rounding of
   * float32 weights leaves 100 and more, of float16 some 60.
   */
  private static final double SAME_FUNCTION = 50;

  /** Samples, about, that show what is hopeless before all are run. */
  private static final int GLANCED = 32;

  private final TrialRunner trials;
  private final CalibrationContext context;
  private final Keep keep;
  private final Consumer<List<RemedyStep>> listener;
  private final List<RemedyStep> steps = new ArrayList<>();
  private Calibrated current;
  private Trial trial;
  private Optional<Trial> currentGlance = Optional.empty();
  private Optional<Trial> floatingOfCurrent;

  private RemedySelection(
      Calibrated start,
      Trial trial,
      TrialRunner trials,
      CalibrationContext context,
      Keep keep,
      Consumer<List<RemedyStep>> listener) {
    this.current = start;
    this.trial = trial;
    this.trials = trials;
    this.floatingOfCurrent = Optional.of(trials.original());
    this.context = context;
    this.keep = keep;
    this.listener = listener;
  }

  /** What is left in the end. */
  record Outcome(Calibrated model, List<RemedyStep> steps) {}

  static Outcome run(
      Calibrated start,
      Trial trial,
      HealRequest.Treatment treatment,
      TrialRunner trials,
      CalibrationContext context,
      Consumer<List<RemedyStep>> listener) {
    RemedySelection selection =
        new RemedySelection(start, trial, trials, context, treatment.keep(), listener);
    treatment.rounds().forEach(selection::round);
    return new Outcome(selection.current, List.copyOf(selection.steps));
  }

  /**
   * A remedy at work: what it made, and how that did.
   *
   * @param rounded on all samples; empty where some showed that it does not help
   * @param glance on some samples, where that was looked at
   */
  private record Attempt(
      Remedy remedy,
      Treated treated,
      Optional<Calibrated> calibrated,
      Optional<Trial> floating,
      Optional<Trial> rounded,
      Optional<Trial> glance,
      double seconds) {
    boolean applies() {
      return rounded.isPresent();
    }
  }

  private void round(List<Remedy> remedies) {
    List<Attempt> attempts = remedies.stream().map(this::attempt).toList();
    Trial best = trial;
    Optional<Attempt> chosen = Optional.empty();
    for (Attempt attempt : attempts) {
      boolean sound = isSound(attempt);
      boolean better = attempt.applies() && Differences.helps(best, attempt.rounded().get());
      if (attempt.applies() && sound && (keep == Keep.ALL || better)) {
        chosen = Optional.of(attempt);
        best = attempt.rounded().get();
      }
    }
    for (Attempt attempt : attempts) {
      steps.add(step(attempt, chosen.filter(attempt::equals).isPresent()));
    }
    listener.accept(steps);
    if (chosen.isPresent() && keep != Keep.NONE) {
      current = chosen.get().calibrated().orElseThrow();
      trial = best;
      currentGlance = chosen.get().glance();
      floatingOfCurrent = chosen.get().floating();
    }
  }

  private Attempt attempt(Remedy remedy) {
    context.progress().at("trying " + remedy.id(), 0, 1);
    long start = System.nanoTime();
    Treated treated = remedy.apply(current, context);
    if (treated.applied().isEmpty()) {
      return misfit(remedy, treated, start);
    }
    Calibrated calibrated;
    try {
      calibrated = Calibrated.of(treated.plan(), context);
    } catch (ModelException e) {
      // What an earlier remedy chose by name may be gone.
      Repair.Note why = new Repair.Note("the model", String.valueOf(e.getMessage()));
      return misfit(remedy, new Treated(current.plan(), List.of(), List.of(why)), start);
    }
    OnnxModel model = treated.plan().model();
    Optional<Trial> glance = glance(calibrated.simulated());
    boolean hopeless = keep == Keep.HELPFUL && glance.filter(this::isNoNearer).isPresent();
    Optional<Trial> floating = floating(remedy, model, hopeless);
    Optional<Trial> rounded =
        hopeless ? Optional.empty() : Optional.of(trials.run(calibrated.simulated()));
    return new Attempt(
        remedy,
        treated,
        Optional.of(calibrated),
        floating,
        rounded,
        glance,
        (System.nanoTime() - start) / 1e9);
  }

  private static Attempt misfit(Remedy remedy, Treated treated, long start) {
    return new Attempt(
        remedy,
        treated,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        (System.nanoTime() - start) / 1e9);
  }

  private Optional<Trial> glance(OnnxModel simulated) {
    return trials.samples() > GLANCED
        ? Optional.of(trials.glance(simulated, GLANCED))
        : Optional.empty();
  }

  /** Whether the outputs of some samples are not nearer to the float model's than before. */
  private boolean isNoNearer(Trial few) {
    if (currentGlance.isEmpty()) {
      currentGlance = glance(current.simulated());
    }
    Trial before = currentGlance.orElseThrow();
    return !before.isBroken() && !(few.error().value() < before.error().value());
  }

  /** A model that only its settings changed is the one it was, and a few samples show identity. */
  private Optional<Trial> floating(Remedy remedy, OnnxModel model, boolean hopeless) {
    if (model == current.model()) {
      return floatingOfCurrent;
    }
    boolean few = hopeless || remedy.keepsFunction();
    return Optional.of(
        few && trials.samples() > GLANCED ? trials.glance(model, GLANCED) : trials.run(model));
  }

  /** What claims to keep the function is held to it, whatever its derivation says. */
  private boolean isSound(Attempt attempt) {
    if (attempt.floating().isEmpty() || !attempt.remedy().keepsFunction()) {
      return true;
    }
    Trial floating = attempt.floating().get();
    return !floating.isBroken() && !(floating.sqnr() < Math.min(SAME_FUNCTION, floorOfCurrent()));
  }

  /** An earlier remedy may have changed the function already. */
  private double floorOfCurrent() {
    boolean changed =
        steps.stream().anyMatch(s -> s.verdict() == Verdict.KEPT && !s.keepsFunction());
    return changed ? Double.NEGATIVE_INFINITY : SAME_FUNCTION;
  }

  private RemedyStep step(Attempt attempt, boolean kept) {
    Verdict chosen = keep == Keep.NONE ? Verdict.HELPFUL : Verdict.KEPT;
    boolean tried = attempt.calibrated().isPresent();
    Verdict verdict = kept ? chosen : tried ? Verdict.DROPPED : Verdict.NOT_APPLICABLE;
    List<String> refused = new ArrayList<>(texts(attempt.treated().refused()));
    if (!isSound(attempt)) {
      refused.add("dropped: the float model does not compute the same function with it");
    }
    if (tried && !attempt.applies()) {
      refused.add(
          "dropped: on "
              + GLANCED
              + " samples the outputs are no nearer to the float model's with it, so the others were"
              + " not run");
    }
    return new RemedyStep(
        attempt.remedy().id(),
        attempt.remedy().summary(),
        attempt.remedy().keepsFunction(),
        verdict,
        attempt.floating().map(this::damage),
        attempt.rounded().or(attempt::glance).map(this::damage),
        attempt.rounded().flatMap(this::gain),
        texts(attempt.treated().applied()),
        refused,
        attempt.seconds());
  }

  /** Scores of a glance are those of other samples. */
  private Damage damage(Trial of) {
    return of.error().samples() == trials.original().error().samples()
        ? of.against(trials.original())
        : new Damage(of.sqnr(), Optional.empty());
  }

  private Optional<Score> gain(Trial after) {
    Optional<SampledMetric> before = trial.headline();
    return before.flatMap(b -> after.headline().map(a -> Differences.loss(b, a)));
  }

  private static List<String> texts(List<Repair.Note> notes) {
    return notes.stream().map(note -> note.place() + ": " + note.text()).toList();
  }
}
