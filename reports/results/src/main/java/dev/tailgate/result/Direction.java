package dev.tailgate.result;

/** Which way a metric improves. */
public enum Direction {
  /** Larger is better: accuracy, SQNR. */
  HIGHER,
  /** Smaller is better: perplexity, error, divergence. */
  LOWER
}
