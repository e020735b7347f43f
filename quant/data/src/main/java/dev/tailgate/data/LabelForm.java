package dev.tailgate.data;

/** What a label is, and so what a data set has to have for a task. Shapes with samples first. */
public enum LabelForm {
  /** There are none; the quantized model is compared with the float model. */
  NONE,
  /** The tokens themselves {@code [B, T]}, all or those that were masked, -100 elsewhere. */
  OWN_TOKENS,
  /** Class or token ids {@code [B, T]}, -100 where none counts. */
  TOKENS,
  /** Class ids {@code [B]}. */
  CLASS,
  /** First and last token of an answer, {@code [B, 2]}. */
  SPAN,
  /** Real numbers of the predictions' shape. */
  NUMBERS,
  /** One number for a pair of samples, {@code [B]} with the same one for both. */
  PAIR_SCORE;

  /** Whether the data must have them, since nothing can stand for them. */
  public boolean isGiven() {
    return this != NONE && this != OWN_TOKENS;
  }

  /** Whether there is one for each token. */
  public boolean isPerToken() {
    return this == OWN_TOKENS || this == TOKENS;
  }
}
