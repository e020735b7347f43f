package dev.tailgate.onnx.rewrite;

/** Which rule takes a fused attention. */
public sealed interface FusedChoice {
  /** This one does. */
  record Takes(FusedRule rule) implements FusedChoice {}

  /**
   * None does.
   *
   * @param reason why, for each rule that came near
   */
  record Refuses(String reason) implements FusedChoice {}
}
