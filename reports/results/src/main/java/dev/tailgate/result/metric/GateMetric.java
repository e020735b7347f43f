package dev.tailgate.result.metric;

import dev.tailgate.result.Headline;
import dev.tailgate.result.RunResult;
import dev.tailgate.result.Score;
import dev.tailgate.result.TapResult;
import dev.tailgate.result.TaskResult;
import dev.tailgate.result.WeightCoverage;
import dev.tailgate.stats.metric.Direction;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * A number of a result that a rule can bound.
 *
 * @param id its name in rule files
 * @param description what it is
 * @param statistical whether it depends on how many samples were run; what does not is judged
 *     however few there are
 * @param overTaps whether a rule can select the taps it is taken over
 * @param measure the number; empty where the result does not have it
 */
public record GateMetric(
    String id,
    String description,
    boolean statistical,
    boolean overTaps,
    BiFunction<RunResult, TapSelector, Optional<Measurement>> measure) {

  /** The task metric of the float model. */
  static final GateMetric TASK_FP =
      task("task_fp", "task metric of the float model", TaskResult::fp);

  /** The task metric of the quantized model. */
  static final GateMetric TASK_QUANTIZED =
      task(
          "task_quantized",
          "task metric of the quantized model",
          t -> t.fp().isEmpty() ? Optional.empty() : t.quantized());

  /** What quantization costs, whichever way the metric improves. */
  static final GateMetric TASK_LOSS =
      task(
          "task_loss",
          "what quantization costs: how much worse the task metric gets, as a fraction of its"
              + " float value",
          GateMetric::loss);

  /** What is no metric but says how much of the model a result is about. */
  static final List<GateMetric> COVERAGE =
      List.of(
          structure(
              "nonfinite",
              "NaN and infinite elements of all taps",
              r -> Optional.of((double) r.taps().stream().mapToLong(t -> t.nan() + t.inf()).sum())),
          structure(
              "weight_coverage",
              "fraction of the weights' elements that is quantized",
              r -> r.coverage().map(WeightCoverage::share)),
          structure(
              "sites", "attention sites found", r -> Optional.of((double) r.headline().sites())),
          structure("taps", "taps measured", r -> Optional.of((double) r.headline().taps())),
          structure(
              "kept_float",
              "weighted nodes left in float",
              r ->
                  r.points().isEmpty()
                      ? Optional.empty()
                      : Optional.of((double) r.quantization().keptFloat().size())));

  static GateMetric headline(String id, String description, ToDoubleFunction<Headline> number) {
    return new GateMetric(
        id,
        description,
        true,
        false,
        (r, taps) ->
            r.headline().taps() == 0
                ? Optional.empty()
                : Optional.of(Measurement.of(number.applyAsDouble(r.headline()))));
  }

  /** A NaN is the largest: a tap that cannot be judged must not hide behind one that can. */
  static GateMetric taps(String id, String description, ToDoubleFunction<TapResult> number) {
    return new GateMetric(
        id,
        description,
        true,
        true,
        (r, selector) ->
            r.taps().stream()
                .filter(selector::matches)
                .max(Comparator.comparingDouble(number))
                .map(
                    tap ->
                        new Measurement(
                            Score.point(number.applyAsDouble(tap)), Optional.of(tap.tensor()))));
  }

  private static GateMetric structure(
      String id, String description, Function<RunResult, Optional<Double>> number) {
    return new GateMetric(
        id, description, false, false, (r, taps) -> number.apply(r).map(Measurement::of));
  }

  private static GateMetric task(
      String id, String description, Function<TaskResult, Optional<Score>> score) {
    return new GateMetric(
        id,
        description,
        true,
        false,
        (r, taps) -> score.apply(r.task()).map(s -> new Measurement(s, Optional.empty())));
  }

  static GateMetric agreement(String id, String description) {
    return new GateMetric(
        id,
        description,
        true,
        false,
        (r, taps) -> r.task().agreement(id).map(a -> Measurement.of(a.value())));
  }

  private static Optional<Score> loss(TaskResult task) {
    double fp = task.fp().map(Score::value).map(Math::abs).orElse(Double.NaN);
    return task.delta()
        .filter(delta -> fp > 0)
        .map(
            d ->
                task.direction() == Direction.LOWER
                    ? new Score(d.value() / fp, d.low() / fp, d.high() / fp)
                    : new Score(-d.value() / fp, -d.high() / fp, -d.low() / fp));
  }
}
