package dev.tailgate.onnx.rewrite;

import java.util.Locale;

/** What computes the gate of Gated_Attention (arXiv 2306.12929), one number a head and token. */
public enum GateKind {
  /** A linear map of the head's own part of the hidden state, {@code Dh -> 1} for each head. */
  LINEAR,
  /** {@code Dh -> n -> ReLU -> 1} for each head. */
  MLP,
  /** One linear map of the whole hidden state to all heads, {@code D -> H}. */
  ALL_HEADS_LINEAR;

  /** The name on the command line and in results. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
