package dev.tailgate.stats.result;

/**
 * How close the quantized model's outputs are to the float model's, by one metric.
 *
 * @param id {@code sqnr_db}, {@code cosine}, {@code kl} or {@code top1}
 * @param unit {@code dB}, {@code nat}, {@code %}, or empty for a pure number
 * @param direction which way it improves
 * @param value the number; +Infinity for the SQNR of equal outputs
 */
public record Agreement(String id, String unit, Direction direction, double value) {
  public Agreement {
    Require.text("agreement.id", id);
  }
}
