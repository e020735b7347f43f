package dev.tailgate.quant.data;

/** What the labels of a data source mean, and so which task metric applies. */
public enum Task {
  /** Labels are token ids: position t of the logits predicts token t + 1. Metric: perplexity. */
  CAUSAL_LM,
  /** Labels are token ids at masked positions, -100 elsewhere. Metric: perplexity. */
  MASKED_LM,
  /** Labels are class ids, one a sample. Metric: accuracy. */
  CLASSIFICATION,
  /** No labels. Metric: agreement of the quantized model with the float model. */
  AGREEMENT
}
