package dev.tailgate.onnx.rewrite;

import java.util.Arrays;

/**
 * A further logit {@code s} that takes part in the normalisation and has no value behind it: {@code
 * p_i = exp(z_i) / (exp(s) + sum_j exp(z_j))}. What goes to the sink attends to nothing. {@code s =
 * 0} is Softmax1; {@code s = ln n} is softmax_n; {@code s = -c} is Softmax1 of logits shifted by
 * {@code c}.
 */
public sealed interface Sink {
  /** The logit of a head, which counts only where heads have their own. */
  double logit(int head);

  /** Softmax1. */
  Sink ZERO = new Logit(0);

  /** One logit for all heads; must be finite. */
  record Logit(double value) implements Sink {
    /** Refuses what is not a number of the real line. */
    public Logit {
      requireFinite(value);
    }

    @Override
    public double logit(int head) {
      return value;
    }
  }

  /** A logit for each head, {@code [H]}; all must be finite. */
  record PerHead(double[] logits) implements Sink {
    /** Copies the array. */
    public PerHead {
      if (logits.length == 0) {
        throw new IllegalArgumentException("A sink for each head needs at least one head");
      }
      Arrays.stream(logits).forEach(Sink::requireFinite);
      logits = logits.clone();
    }

    @Override
    public double logit(int head) {
      return logits[head];
    }

    @Override
    public double[] logits() {
      return logits.clone();
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof PerHead head && Arrays.equals(head.logits, logits);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(logits);
    }

    @Override
    public String toString() {
      return "PerHead" + Arrays.toString(logits);
    }
  }

  private static void requireFinite(double logit) {
    if (!Double.isFinite(logit)) {
      throw new IllegalArgumentException("A sink logit must be finite, found " + logit);
    }
  }
}
