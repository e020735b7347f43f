package dev.tailgate.onnx.role;

/**
 * The place of an activation in a transformer block. Where a tensor has several roles, the one
 * declared first here is printed.
 *
 * <p>A norm is named by what it belongs to, which depends on where the block puts its norms: in a
 * pre-LN block {@link #ATTN_LAYERNORM_OUT} feeds the attention and {@link #FFN_LAYERNORM_OUT} the
 * feed-forward; in a post-LN block they follow the two residual sums, and the second is the block's
 * output as well.
 */
public enum TapRole {
  /** Output of a whole block, {@code [B, T, D]}. */
  BLOCK_OUT("block_out"),
  /** Norm after the last block. */
  FINAL_LAYERNORM_OUT("final_layernorm_out"),
  /** Sum of the embeddings, or the only embedding, before any norm. */
  EMBEDDING_SUM("embedding_sum"),
  /** Projected queries after bias. */
  QUERY("query"),
  /** Projected keys after bias. */
  KEY("key"),
  /** Projected values after bias. */
  VALUE("value"),
  /** Scaled scores before the mask, {@code [B, H, T, S]}. */
  ATTN_SCORES("attn_scores"),
  /** Attention probabilities, {@code [B, H, T, S]}. */
  ATTN_PROBS("softmax_out"),
  /** Probabilities times values in hidden layout. */
  ATTN_CONTEXT("attn_context"),
  /** Attention output projection after bias, before the residual sum. */
  ATTN_OUT("attn_out"),
  /** Residual sum after the attention. */
  ATTN_RESIDUAL("attn_residual"),
  /** The attention's norm. */
  ATTN_LAYERNORM_OUT("attn_layernorm_out"),
  /** First feed-forward layer after its activation; the gated product in gated feed-forwards. */
  FFN_ACT("ffn_act"),
  /** Second feed-forward layer after bias, before the residual sum. */
  FFN_OUT("ffn_out"),
  /** Residual sum after the feed-forward. */
  FFN_RESIDUAL("ffn_residual"),
  /** The feed-forward's norm. */
  FFN_LAYERNORM_OUT("ffn_layernorm_out"),
  /** A norm that is none of those, as after the embeddings. */
  LAYERNORM_OUT("layernorm_out"),
  /** Logits: a linear output of the model outside any block. */
  HEAD_OUT("head_out"),
  /** A residual sum outside any recognised block. */
  RESIDUAL_SUM("residual_sum"),
  /** A linear output after bias without a closer role. */
  LINEAR_OUT("linear_out"),
  /** Anything else. */
  OTHER("other");

  private final String label;

  TapRole(String label) {
    this.label = label;
  }

  /** The name in results. */
  public String label() {
    return label;
  }
}
