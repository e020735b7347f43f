package dev.tailgate.quant.score;

import dev.tailgate.result.Damage;
import dev.tailgate.stats.metric.Direction;
import dev.tailgate.stats.metric.SampledMetric;
import java.util.Optional;

/**
 * What one model did on the samples of a {@link Judge}.
 *
 * @param task its scores against the labels
 * @param error of its output against the float model's, {@code sum (ref - test)^2 / sum ref^2}
 */
public record Trial(TaskScorer task, SampledMetric error) {
  /** The metric that the task is about; empty without labels. */
  public Optional<SampledMetric> headline() {
    return task.metrics().stream().findFirst();
  }

  /** Which way the metric improves; without labels it is the SQNR that counts, which is to grow. */
  public Direction direction() {
    return headline().map(metric -> metric.spec().direction()).orElse(Direction.HIGHER);
  }

  /** SQNR of the outputs in dB; infinite where they equal the float model's, NaN where one is. */
  public double sqnr() {
    return -10 * Math.log10(error.value());
  }

  /** The damage in comparison with {@code original}, the float model's own trial. */
  public Damage against(Trial original) {
    return new Damage(
        sqnr(), original.headline().flatMap(fp -> headline().map(own -> Differences.of(fp, own))));
  }
}
