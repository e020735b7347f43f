package dev.tailgate.stats.metric;

import java.util.Objects;

/**
 * Logarithm of the softmax of float32 logits, in doubles and nats.
 *
 * <p>{@code log softmax(z)_v = z_v - lse(z)} with {@code lse(z) = max + log sum_v exp(z_v - max)},
 * which cannot overflow. A logit of -Infinity is a masked class of probability zero; a NaN or
 * +Infinity makes the result NaN, and so do logits that are all -Infinity.
 */
public final class LogSoftmax {

  private LogSoftmax() {}

  /** {@code log sum_v exp(z_v)} over the {@code vocab} logits from index {@code from} on. */
  public static double logSumExp(float[] logits, int from, int vocab) {
    Objects.checkFromIndexSize(from, vocab, logits.length);
    float max = Float.NEGATIVE_INFINITY;
    for (int v = from; v < from + vocab; v++) {
      max = Math.max(max, logits[v]);
    }
    if (!Float.isFinite(max)) {
      return Double.NaN;
    }
    double sum = 0;
    for (int v = from; v < from + vocab; v++) {
      sum += Math.exp((double) logits[v] - max);
    }
    return max + Math.log(sum);
  }

  /**
   * {@code -log softmax(z)_target}, the cross-entropy loss of one prediction in nats.
   *
   * @param logits logits of many positions, row after row
   * @param from the index of the position's first logit
   * @param vocab the number of classes
   * @param target the right class, in [0, vocab)
   */
  public static double negativeLogLikelihood(float[] logits, int from, int vocab, int target) {
    if (target < 0 || target >= vocab) {
      throw new IllegalArgumentException(
          "Computing a negative log-likelihood: expected a target in [0, "
              + vocab
              + "), found "
              + target);
    }
    return logSumExp(logits, from, vocab) - logits[from + target];
  }
}
