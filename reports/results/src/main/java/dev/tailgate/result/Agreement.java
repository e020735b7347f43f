package dev.tailgate.result;

import dev.tailgate.stats.metric.Direction;

/**
 * How close the quantized model's outputs are to the float model's, by one metric.
 *
 * @param id a metric's: {@code sqnr}, {@code cosine_similarity}, {@code kl_divergence}, {@code
 *     top1_agreement}, {@code neighbour_agreement}; for an output beside the predictions with a
 *     colon and the output's name behind it
 * @param unit {@code dB}, {@code nat}, or empty for a pure number
 * @param direction which way it improves
 * @param value the number; +Infinity for the SQNR of equal outputs
 */
public record Agreement(String id, String unit, Direction direction, double value) {
  /** Refuses what cannot be. */
  public Agreement {
    Require.text("agreement.id", id);
  }
}
