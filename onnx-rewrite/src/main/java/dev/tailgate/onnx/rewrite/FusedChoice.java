package dev.tailgate.onnx.rewrite;

import dev.tailgate.onnx.ir.OnnxNode;

/** Which rule takes a fused attention. */
public sealed interface FusedChoice {
  /** This one does. */
  record Takes(RewriteRule<OnnxNode, NormaliserSpec> rule) implements FusedChoice {}

  /**
   * None does.
   *
   * @param reason why, for each rule that came near
   */
  record Refuses(String reason) implements FusedChoice {}
}
