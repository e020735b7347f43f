package dev.tailgate.onnx.method;

import java.util.Locale;

/** Normaliser and gate of an attention, by the names of the papers. */
public enum Method {
  /** What a model was before rewrites that Tailgate recorded in it. */
  VANILLA(false, false, false),
  /** Softmax1 (arXiv 2404.03828). */
  OUTEFFHOP(true, false, false),
  /** Clipped_Softmax (arXiv 2306.12929). */
  CLIPPED_SOFTMAX(false, true, false),
  /** Softmax1, clipped. */
  CLIPPED_OUTEFFHOP(true, true, false),
  /** Gated_Attention (arXiv 2306.12929). */
  GATED_ATTENTION(false, false, true),
  /** Softmax1 behind a gate. */
  GATED_OUTEFFHOP(true, false, true),
  /** {@code exp(x_i) / (n + sum_j exp(x_j))}; Softmax1 is the case of n = 1. */
  SOFTMAX_N(true, false, false);

  private final boolean sink;
  private final boolean clipped;
  private final boolean gated;

  Method(boolean sink, boolean clipped, boolean gated) {
    this.sink = sink;
    this.clipped = clipped;
    this.gated = gated;
  }

  /** The name on the command line and in results, for example {@code clipped_outeffhop}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether a sink logit takes part in the normalisation. */
  public boolean hasSink() {
    return sink;
  }

  /** Whether probabilities are stretched and clipped. */
  public boolean isClipped() {
    return clipped;
  }

  /** Whether a gate multiplies the context. */
  public boolean isGated() {
    return gated;
  }
}
