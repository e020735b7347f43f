package dev.tailgate.run.cure;

import dev.tailgate.engine.RunnerOptions;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.quant.measure.RunProgress;
import dev.tailgate.quant.plan.QuantizationSettings;
import dev.tailgate.result.CureResult;
import dev.tailgate.result.CureResult.Point;
import dev.tailgate.result.CureResult.Setting;
import dev.tailgate.train.graph.TrainingPlan;
import dev.tailgate.train.loop.Trained;
import dev.tailgate.train.loop.Training;
import dev.tailgate.train.loop.TrainingLoop;
import dev.tailgate.train.loop.TrainingRecord;
import dev.tailgate.train.loss.WeightedLoss;
import dev.tailgate.train.optimiser.Schedule;
import dev.tailgate.train.qat.Quantizing;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Trains by distillation from the original. No weights are chosen by a score: before the first step
 * outputs are nearest to the original's, outliers are all there, and a score of the float model
 * would choose that.
 */
final class LoopTrainer implements Trainer {
  private final CureRequest request;

  LoopTrainer(CureRequest request) {
    this.request = request;
  }

  @Override
  public Result train(OnnxModel student, OnnxModel teacher, CureParts parts, RunProgress progress) {
    RunnerOptions options =
        request.options().with(RunnerOptions.Optimization.FLOAT_ONLY).until(progress::cancelled);
    Distillation distillation =
        Distillation.of(
            teacher, student, parts.trainingSource(), request.objective(), request.taps(), options);
    TrainingPlan step = TrainingPlan.of(distillation.losses());
    Training floats =
        new Training(
            student,
            Optional.of(teacher),
            parts.trainingSource(),
            Optional.empty(),
            step,
            request.loop(),
            options,
            request.checkpoints());
    Training training =
        request
            .quantizers()
            .map(settings -> floats.through(quantizing(settings, parts)))
            .orElse(floats);
    Trained trained = TrainingLoop.run(training, progress);
    return new Result(
        trained.model(),
        trained.encodings(),
        distillation.labels(),
        record(trained.record(), step, parts.trainingSource().task().group()),
        trained::removeCheckpoints,
        trained::close);
  }

  /** Ranges are found on the samples that they are found on in audits, which are of training. */
  private static Quantizing quantizing(QuantizationSettings settings, CureParts parts) {
    return new Quantizing(
        settings,
        model -> parts.heldOut().openCalibrationBatches(model, settings.calibrationBatches()));
  }

  private CureResult.Training record(TrainingRecord record, TrainingPlan step, int group) {
    List<Setting> recipe = new ArrayList<>();
    Schedule schedule = request.loop().schedule();
    recipe.add(new Setting("losses", losses(step.losses())));
    request
        .qat()
        .ifPresent(scheme -> recipe.add(new Setting("trained through quantizers", scheme.name())));
    recipe.add(new Setting("optimiser", step.optimiser().words()));
    recipe.add(
        new Setting(
            "learning rate",
            String.format(
                Locale.ROOT,
                "%.3g, %s after %d steps of warm-up, %.3g of it at the end",
                schedule.rate(),
                schedule.shape().name().toLowerCase(Locale.ROOT),
                schedule.warmUp(),
                schedule.floor())));
    recipe.add(new Setting("batch", request.loop().rows() + " rows times " + step.accumulation()));
    recipe.add(
        new Setting(
            "weights",
            String.format(
                Locale.ROOT,
                "%d tensors with %d numbers trained, %d frozen; decay %.3g but of norms and biases",
                record.weights().tensors(),
                record.weights().elements(),
                record.weights().frozen(),
                step.decay())));
    step.clip()
        .ifPresent(
            norm ->
                recipe.add(
                    new Setting(
                        "gradients", String.format(Locale.ROOT, "of norm %.3g at most", norm))));
    recipe.add(new Setting("memory of a step", record.memory()));
    recipe.add(new Setting("seed of the order", Long.toString(request.loop().seed())));
    return new CureResult.Training(
        record.chosen(),
        record.state().samples() / group,
        record.state().seconds(),
        switch (record.end()) {
          case STEPS -> "all steps were made";
          case PATIENCE -> "scores got no better";
        },
        recipe,
        thinned(record.state().points().stream().map(p -> new Point(p.step(), p.loss())).toList()),
        List.of());
  }

  /** Terms with their factors; penalties of one kind are one term. */
  private static String losses(List<WeightedLoss> losses) {
    Map<String, List<WeightedLoss>> kinds = new LinkedHashMap<>();
    for (WeightedLoss loss : losses) {
      String kind = loss.name().replaceFirst(" of .*", "").replaceFirst("^hidden \\d+", "hidden");
      kinds.computeIfAbsent(kind, k -> new ArrayList<>()).add(loss);
    }
    return kinds.entrySet().stream()
        .map(
            kind ->
                String.format(
                        Locale.ROOT,
                        "%.3g %s",
                        kind.getValue().stream().mapToDouble(WeightedLoss::factor).sum(),
                        kind.getKey())
                    + (kind.getValue().size() > 1
                        ? " of " + kind.getValue().size() + " activations"
                        : ""))
        .collect(Collectors.joining(" + "));
  }

  /** Means over steps that follow each other, at most as many as a result keeps. */
  private static List<Point> thinned(List<Point> points) {
    int each =
        (points.size() + CureResult.Training.MOST_POINTS - 1) / CureResult.Training.MOST_POINTS;
    List<Point> means = new ArrayList<>();
    for (int from = 0; each > 0 && from < points.size(); from += each) {
      List<Point> part = points.subList(from, Math.min(points.size(), from + each));
      means.add(
          new Point(
              part.get(part.size() - 1).step(),
              part.stream().mapToDouble(Point::value).average().orElse(Double.NaN)));
    }
    return means;
  }
}
