package dev.tailgate.onnx.role;

/** Where a model's blocks put their norms. */
public enum NormStyle {
  /** Before attention and feed-forward, inside the residual branch. */
  PRE_LN,
  /** After each residual sum. */
  POST_LN,
  /** No block was recognised, or blocks differ. */
  UNKNOWN
}
