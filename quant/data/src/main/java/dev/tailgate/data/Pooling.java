package dev.tailgate.data;

/** What makes one vector of a sample out of those of its tokens; padding never counts. */
public enum Pooling {
  /** Their mean. */
  MEAN,
  /** The first token's, which BERT calls [CLS]. */
  CLS,
  /** The largest value of each channel. */
  MAX,
  /** The last token's, as decoders that embed texts have it. */
  LAST
}
