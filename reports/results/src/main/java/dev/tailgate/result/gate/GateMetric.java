package dev.tailgate.result.gate;

import dev.tailgate.result.Coverage;
import dev.tailgate.result.Headline;
import dev.tailgate.result.RunResult;
import dev.tailgate.result.Score;
import dev.tailgate.result.TapResult;
import dev.tailgate.result.TaskResult;
import dev.tailgate.stats.metric.Direction;
import dev.tailgate.stats.metric.MetricSpec;
import dev.tailgate.stats.metric.Metrics;
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

  /** Every metric, in the order of the manual. */
  public static final List<GateMetric> ALL =
      List.of(
          headline("average_kurtosis", "mean of the taps' kurtosis", Headline::averageKurtosis),
          headline("max_kurtosis", "largest of the taps' kurtosis", Headline::maxKurtosis),
          headline("max_inf_norm", "largest of the taps' infinity norm", Headline::maxInfNorm),
          taps("tap_kurtosis", "largest kurtosis of the selected taps", TapResult::kurtosis),
          taps(
              "tap_pooled_excess_kurtosis",
              "largest pooled excess kurtosis of the selected taps",
              TapResult::pooledExcessKurtosis),
          taps("tap_inf_norm", "largest infinity norm of the selected taps", TapResult::maxInfNorm),
          taps("tap_abs_max", "largest magnitude in the selected taps", TapResult::absMax),
          taps(
              "tap_outliers_6sigma",
              "largest fraction of elements beyond 6 sigma among the selected taps",
              tap -> (double) tap.outliers6sigma() / Math.max(1, tap.elements())),
          structure(
              "nonfinite",
              "NaN and infinite elements of all taps",
              r -> Optional.of((double) r.taps().stream().mapToLong(t -> t.nan() + t.inf()).sum())),
          structure(
              "weight_coverage",
              "fraction of the weights' elements that is quantized",
              r -> r.coverage().map(Coverage::share)),
          structure(
              "sites", "attention sites found", r -> Optional.of((double) r.headline().sites())),
          structure("taps", "taps measured", r -> Optional.of((double) r.headline().taps())),
          structure(
              "kept_float",
              "weighted nodes left in float",
              r ->
                  r.points().isEmpty()
                      ? Optional.empty()
                      : Optional.of((double) r.quantization().keptFloat().size())),
          task("task_fp", "task metric of the float model", TaskResult::fp),
          task(
              "task_quantized",
              "task metric of the quantized model",
              t -> t.fp().isEmpty() ? Optional.empty() : t.quantized()),
          task(
              "task_loss",
              "what quantization costs: how much worse the task metric gets, as a fraction of its"
                  + " float value",
              GateMetric::loss),
          agreement(Metrics.SQNR, "SQNR of the outputs against the float model, dB"),
          agreement(
              Metrics.COSINE_SIMILARITY, "cosine similarity of the outputs with the float model's"),
          agreement(
              Metrics.KL_DIVERGENCE,
              "Kullback-Leibler divergence from the float model's predictions, nat"),
          agreement(
              Metrics.TOP1_AGREEMENT, "fraction of predictions that agree with the float model's"));

  /** The metric of that name. */
  public static Optional<GateMetric> byId(String id) {
    return ALL.stream().filter(metric -> metric.id().equals(id)).findFirst();
  }

  private static GateMetric headline(
      String id, String description, ToDoubleFunction<Headline> number) {
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
  private static GateMetric taps(
      String id, String description, ToDoubleFunction<TapResult> number) {
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

  private static GateMetric agreement(MetricSpec spec, String description) {
    String id = spec.id();
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
