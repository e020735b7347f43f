package dev.tailgate.onnx.rewrite.fused;

import dev.tailgate.onnx.ir.OnnxNode;
import dev.tailgate.onnx.rewrite.FusedChoice;
import dev.tailgate.onnx.rewrite.NormaliserSpec;
import dev.tailgate.onnx.rewrite.RewriteScope;

/** Stand-in until the rules are merged. */
public final class FusedRules {
  private FusedRules() {}

  /** Chooses. */
  public static FusedChoice choose(
      RewriteScope scope, OnnxNode node, NormaliserSpec spec, boolean keepsOperator) {
    return new FusedChoice.Refuses("fused operators are not handled yet");
  }
}
