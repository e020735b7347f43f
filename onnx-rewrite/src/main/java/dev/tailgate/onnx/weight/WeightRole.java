package dev.tailgate.onnx.weight;

import java.util.Locale;

/** What a weight is for. A weight with several uses has the first of these that one of them is. */
public enum WeightRole {
  /** Vectors that are looked up, or stand for tokens and positions: a table, a class token. */
  EMBEDDING,
  /** What a product or a convolution multiplies its data by. */
  MATRIX,
  /** What elements are multiplied by, and the shift of a normalisation. */
  NORM,
  /** What is added to the result of a product, and the logits of sinks beside scores. */
  BIAS;

  /** The spelling in selectors. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
