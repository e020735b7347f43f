package dev.tailgate.onnx.rewrite.fused;

import dev.tailgate.onnx.ir.OnnxNode;
import dev.tailgate.onnx.rewrite.FusedRule;

/** A rule for one operator, so that the others need not be asked why they refuse it. */
interface OperatorRule extends FusedRule {
  /** The domain of the operators of ONNX Runtime. */
  String MICROSOFT = "com.microsoft";

  /** Whether {@code node} is of that operator. */
  boolean concerns(OnnxNode node);
}
