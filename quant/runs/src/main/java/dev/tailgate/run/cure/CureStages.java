package dev.tailgate.run.cure;

import dev.tailgate.quant.score.Differences;
import dev.tailgate.result.Agreement;
import dev.tailgate.result.CureResult;
import dev.tailgate.result.CureResult.Kind;
import dev.tailgate.result.Evidence;
import dev.tailgate.result.RunResult;
import dev.tailgate.result.Score;
import dev.tailgate.result.metric.AgreementMetrics;
import dev.tailgate.run.audit.Audit;
import dev.tailgate.stats.metric.Bootstrap;
import dev.tailgate.stats.metric.Interval;
import dev.tailgate.stats.metric.SampledMetric;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * Models at the stages of a cure, each compared with the original on the same samples. Every
 * difference has an interval from joint draws of samples for all models in it.
 */
final class CureStages {
  /** Intervals repeat from run to run; the seed is no setting. */
  private static final long SEED = 2306;

  private final Audit.Scored original;

  CureStages(Audit.Scored original) {
    this.original = original;
  }

  /**
   * What a stage shows.
   *
   * @param sqnr of its float outputs against the original's
   */
  CureResult.Stage of(Kind kind, Audit.Scored audit, double sqnr) {
    RunResult result = audit.result();
    boolean isOriginal = kind == Kind.ORIGINAL;
    Optional<SampledMetric> fp = first(audit.fp());
    Optional<SampledMetric> quantized = first(audit.quantized());
    Optional<SampledMetric> fpBefore = isOriginal ? Optional.empty() : first(original.fp());
    Optional<SampledMetric> quantizedBefore =
        isOriginal ? Optional.empty() : first(original.quantized());
    return new CureResult.Stage(
        kind,
        result.task().fp(),
        fp.flatMap(f -> result.task().quantized()),
        result.task().delta(),
        fpBefore.flatMap(b -> fp.map(f -> Differences.of(b, f))),
        quantizedBefore.flatMap(b -> quantized.map(q -> Differences.of(b, q))),
        fpBefore.isPresent() && quantizedBefore.isPresent()
            ? Optional.of(
                costChange(
                    fp.orElseThrow(),
                    quantized.orElseThrow(),
                    fpBefore.get(),
                    quantizedBefore.get()))
            : Optional.empty(),
        sqnr,
        result
            .task()
            .agreement(AgreementMetrics.SQNR.id())
            .map(Agreement::value)
            .orElse(Double.NaN),
        result.headline().averageKurtosis(),
        result.headline().maxInfNorm(),
        result.evidence().flatMap(Evidence::sinkRate));
  }

  /** What quantization costs this model more than the original. */
  private static Score costChange(
      SampledMetric fp,
      SampledMetric quantized,
      SampledMetric fpBefore,
      SampledMetric quantizedBefore) {
    ToDoubleFunction<int[]> change =
        drawn ->
            quantized.value(drawn)
                - fp.value(drawn)
                - (quantizedBefore.value(drawn) - fpBefore.value(drawn));
    Interval interval =
        fp.samples() < 2 ? Interval.UNKNOWN : Bootstrap.interval(fp.samples(), change, SEED);
    return new Score(
        quantized.value() - fp.value() - (quantizedBefore.value() - fpBefore.value()),
        interval.low(),
        interval.high());
  }

  private static Optional<SampledMetric> first(List<SampledMetric> metrics) {
    return metrics.stream().findFirst();
  }
}
