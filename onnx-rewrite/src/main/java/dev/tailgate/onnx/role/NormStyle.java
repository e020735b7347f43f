package dev.tailgate.onnx.role;

/** Where a model's blocks put their norms. */
public enum NormStyle {
  /** Before attention and feed-forward, inside the residual branch. */
  PRE_LN,
  /** After each residual sum. */
  POST_LN,
  /** Blocks differ, as where some have a norm and others none. */
  MIXED,
  /** No block was recognised, or none has a norm. */
  UNKNOWN
}
