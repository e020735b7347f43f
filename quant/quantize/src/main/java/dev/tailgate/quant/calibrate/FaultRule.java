package dev.tailgate.quant.calibrate;

/**
 * Which values are no activations: NaN, infinities, and the constants that masks put in their
 * place.
 *
 * <pre>
 *   anywhere             |x| >= 1e30, and x = -65504, the lowest float16
 *   scores, mask sums    x <= -5000 as well: masks of -1e4, and sums of masks and scores
 * </pre>
 *
 * <p>Real activations below -5000 exist, so the last rule holds only where {@link ScoreTensors}
 * says that nothing but a softmax reads the tensor.
 */
final class FaultRule {
  /** From this magnitude on no activation is real. */
  static final float HUGE = 1e30f;

  /** The fill of float16 masks. */
  static final float LOWEST_HALF = -65504;

  /** Scores that a softmax cannot tell from a mask. */
  static final float MASKED_SCORE = -5000;

  private FaultRule() {}

  /**
   * Whether a batch with this range may hold a fault.
   *
   * @param isFinite whether the sum of its elements is
   */
  static boolean suspects(float low, float high, boolean isFinite, boolean scores) {
    return !isFinite
        || Math.max(high, -low) >= HUGE
        || low <= LOWEST_HALF
        || (scores && low <= MASKED_SCORE);
  }
}
