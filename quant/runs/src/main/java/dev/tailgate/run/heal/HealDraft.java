package dev.tailgate.run.heal;

import dev.tailgate.heal.sensitivity.SensitivityRun;
import dev.tailgate.quant.score.Differences;
import dev.tailgate.quant.score.Trial;
import dev.tailgate.quant.score.TrialRunner;
import dev.tailgate.result.Damage;
import dev.tailgate.result.Evidence;
import dev.tailgate.result.HealResult;
import dev.tailgate.result.PrecisionResult;
import dev.tailgate.result.RemedyStep;
import dev.tailgate.result.Score;
import dev.tailgate.result.SensitivityResult;
import dev.tailgate.run.audit.Tool;
import dev.tailgate.stats.metric.Direction;
import dev.tailgate.stats.metric.SampledMetric;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/** A result while it grows; whoever listens hears it after each addition. */
final class HealDraft {
  private final HealRequest request;
  private final DataParts parts;
  private final Consumer<HealResult> listener;
  private Optional<String> metric = Optional.empty();
  private Direction direction = Direction.HIGHER;
  private Optional<Score> fp = Optional.empty();
  private Damage quantized = new Damage(Double.NaN, Optional.empty());
  private Optional<SensitivityResult> sensitivity = Optional.empty();
  private Optional<Evidence> evidence = Optional.empty();
  private List<RemedyStep> steps = List.of();
  private Optional<PrecisionResult> precision = Optional.empty();
  private Optional<HealResult.HeldOut> heldOut = Optional.empty();

  HealDraft(HealRequest request, DataParts parts, Consumer<HealResult> listener) {
    this.request = request;
    this.parts = parts;
    this.listener = listener;
  }

  void begin(TrialRunner trials, Trial first) {
    Optional<SampledMetric> headline = trials.original().headline();
    metric = headline.map(m -> m.spec().id());
    direction = trials.original().direction();
    fp = headline.map(Differences::score);
    quantized = first.against(trials.original());
    listener.accept(result());
  }

  void sensitivity(SensitivityResult found) {
    sensitivity = Optional.of(found);
    listener.accept(result());
  }

  void evidence(Evidence found) {
    evidence = Optional.of(found);
    listener.accept(result());
  }

  void steps(List<RemedyStep> taken) {
    steps = List.copyOf(taken);
    listener.accept(result());
  }

  void precision(PrecisionResult found) {
    precision = Optional.of(found);
    listener.accept(result());
  }

  HealResult heldOut(HealResult.HeldOut numbers) {
    heldOut = Optional.of(numbers);
    HealResult result = result();
    listener.accept(result);
    return result;
  }

  private HealResult result() {
    return new HealResult(
        HealResult.SCHEMA_VERSION,
        Tool.info(),
        request.model().toString(),
        request.out().map(Object::toString),
        request.settings().scheme().name(),
        request.settings().placement().label(),
        new HealResult.Data(
            parts.description(),
            parts.calibrationWords(),
            parts.selection().count(),
            parts.heldOut().count()),
        metric,
        direction,
        fp,
        quantized,
        sensitivity,
        evidence,
        List.of(),
        steps,
        precision,
        heldOut,
        warnings());
  }

  private List<String> warnings() {
    List<String> warnings = new ArrayList<>();
    if (metric.isEmpty()) {
      warnings.add(
          "The data has no labels: remedies are judged by how near outputs are to the float"
              + " model's, not by a task.");
    }
    if (Double.isNaN(heldOut.map(HealResult.HeldOut::after).orElse(quantized).sqnr())) {
      warnings.add(
          "Outputs of the quantized model are not finite where the float model's are: they have no"
              + " SQNR.");
    }
    sensitivity.flatMap(SensitivityRun::shortfall).ifPresent(warnings::add);
    precision
        .filter(p -> !p.reached())
        .ifPresent(
            p ->
                warnings.add(
                    "No set of exceptions that was tried keeps the loss within "
                        + p.bound()
                        + "; the one with the least loss is given."));
    precision
        .filter(PrecisionResult::reached)
        .flatMap(p -> worst().filter(loss -> loss > p.bound()))
        .ifPresent(
            loss ->
                warnings.add(
                    String.format(
                        Locale.ROOT,
                        "The exceptions were chosen on other samples: on the held-out ones the loss"
                            + " may be up to %.4g, more than the bound.",
                        loss)));
    return warnings;
  }

  /** The upper end of the loss on held-out samples. */
  private Optional<Double> worst() {
    return heldOut
        .flatMap(numbers -> numbers.after().delta())
        .map(delta -> direction == Direction.LOWER ? delta.high() : -delta.low());
  }
}
