package dev.tailgate.onnx.attention;

import java.util.Locale;

/**
 * What turns scores into probabilities. With scores {@code x} of one query over its keys:
 *
 * <ul>
 *   <li>softmax: {@code exp(x_i) / sum_j exp(x_j)}
 *   <li>softmax1: {@code exp(x_i) / (1 + sum_j exp(x_j))}, which can attend to nothing
 *   <li>clipped: {@code clip((zeta - gamma) * p + gamma, 0, 1)} of either
 * </ul>
 */
public enum Normaliser {
  /** Softmax. */
  SOFTMAX,
  /** Softmax1. */
  SOFTMAX1,
  /** Softmax, clipped. */
  CLIPPED_SOFTMAX,
  /** Softmax1, clipped. */
  CLIPPED_SOFTMAX1;

  /** The name in results, for example {@code clipped_softmax1}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The same normaliser with clipping of its output. */
  Normaliser clipped() {
    return switch (this) {
      case SOFTMAX, CLIPPED_SOFTMAX -> CLIPPED_SOFTMAX;
      case SOFTMAX1, CLIPPED_SOFTMAX1 -> CLIPPED_SOFTMAX1;
    };
  }
}
