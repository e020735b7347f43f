package dev.tailgate.result;

import dev.tailgate.stats.metric.Direction;
import java.util.Optional;

/**
 * One task metric of the float and of the quantized model, over the same samples.
 *
 * @param id the metric, such as {@code perplexity}
 * @param unit its unit, or empty
 * @param direction which way it improves
 * @param fp score of the model as given
 * @param quantized score of the simulated quantized model
 * @param delta quantized minus float; its interval is made from both models' results on the same
 *     draws of samples, and is narrower than those of the two scores
 */
public record TaskMetric(
    String id,
    String unit,
    Direction direction,
    Score fp,
    Optional<Score> quantized,
    Optional<Score> delta) {
  /** Refuses what cannot be. */
  public TaskMetric {
    Require.text("task.metrics.id", id);
  }
}
