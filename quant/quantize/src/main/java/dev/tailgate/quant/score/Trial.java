package dev.tailgate.quant.score;

import dev.tailgate.result.Damage;
import dev.tailgate.stats.metric.Direction;
import dev.tailgate.stats.metric.OutputNoise;
import dev.tailgate.stats.metric.SampledMetric;
import java.util.Optional;

/**
 * What one model did on the samples of a {@link TrialRunner}.
 *
 * @param task its scores against the labels
 * @param error of its output against the float model's, {@code sum (ref - test)^2 / sum ref^2}
 */
public record Trial(TaskScorer task, OutputNoise error) {
  /** The metric that the task is about; empty without labels. */
  public Optional<SampledMetric> headline() {
    return task.metrics().stream().findFirst();
  }

  /** What counts: the metric of the task, or the SQNR without labels. */
  public double score() {
    return headline().map(SampledMetric::value).orElseGet(this::sqnr);
  }

  /** Which way the metric improves; without labels it is the SQNR that counts, which is to grow. */
  public Direction direction() {
    return headline().map(metric -> metric.spec().direction()).orElse(Direction.HIGHER);
  }

  /** SQNR of the outputs in dB, as {@link dev.tailgate.stats.metric.Sqnr} has it. */
  public double sqnr() {
    return error.sqnr();
  }

  /** Whether an output is NaN or infinite where the float model's is finite: it has no SQNR. */
  public boolean isBroken() {
    return error.broken() > 0;
  }

  /** The damage in comparison with {@code original}, the float model's own trial. */
  public Damage against(Trial original) {
    return new Damage(
        sqnr(), original.headline().flatMap(fp -> headline().map(own -> Differences.of(fp, own))));
  }
}
