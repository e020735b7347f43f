package dev.tailgate.onnx.kit;

import dev.tailgate.onnx.build.Value;

/** Attentions in the spellings of exporters; shapes are {@code [B, H, T, Dh]} behind the split. */
public final class Attentions {
  private Attentions() {}

  /** {@code [B, T, D]} to {@code [B, H, T, D / H]}. */
  public static Value split(Value flat, int heads, int width) {
    return flat.reshape(0, 0, heads, width / heads).transpose(0, 2, 1, 3);
  }

  /** {@code [B, H, T, D / H]} to {@code [B, T, D]}. */
  public static Value join(Value heads, int width) {
    return heads.transpose(0, 2, 1, 3).reshape(0, 0, width);
  }

  /** {@code q k^T / sqrt(Dh)}. */
  public static Value scores(Value query, Value key, int headWidth) {
    return query.matMul(key.transpose(0, 1, 3, 2)).times(Math.pow(headWidth, -0.5));
  }

  /**
   * The softmax over the last axis.
   *
   * @param rank how the axis is counted before opset 11
   */
  public static Value softmax(Value scores, int rank, long opset) {
    return scores.softmax(opset >= 11 ? -1 : rank - 1);
  }

  /** Exponentials, their sum over the last axis and a division, with or without the maximum. */
  public static Value writtenSoftmax(Value scores, boolean shifted) {
    Value exp = (shifted ? scores.minus(scores.max(-1)) : scores).exp();
    return exp.over(exp.sum(-1));
  }

  /**
   * Self-attention with its projections {@code wq, wk, wv, wo}.
   *
   * @param x hidden states {@code [B, T, D]}
   * @param prefix what the names of the weights begin with
   */
  public static Value selfAttention(
      Value x, Weights weights, String prefix, int width, int heads, long opset) {
    Value query = split(x.matMul(weights.of(prefix + "wq", width, width)), heads, width);
    Value key = split(x.matMul(weights.of(prefix + "wk", width, width)), heads, width);
    Value value = split(x.matMul(weights.of(prefix + "wv", width, width)), heads, width);
    Value probs = softmax(scores(query, key, width / heads), 4, opset);
    return join(probs.matMul(value), width).matMul(weights.of(prefix + "wo", width, width));
  }
}
