package dev.tailgate.onnx.rewrite.fused;

import dev.tailgate.onnx.ir.OnnxNode;
import dev.tailgate.onnx.rewrite.Decision;
import dev.tailgate.onnx.rewrite.NormaliserSpec;
import dev.tailgate.onnx.rewrite.RewriteRule;
import dev.tailgate.onnx.rewrite.RewriteScope;
import java.util.Optional;

/** A rule for one operator, so that the others need not be asked why they refuse it. */
public interface OperatorRule extends RewriteRule<OnnxNode, NormaliserSpec> {
  /** The domain of the operators of ONNX Runtime. */
  String MICROSOFT = "com.microsoft";

  /** The operator, as a reason names it. */
  String operator();

  /** Whether {@code node} is of that operator. */
  boolean concerns(OnnxNode node);

  /** Why {@code node}, which is of that operator and computes softmax, cannot be rewritten. */
  Optional<String> fault(RewriteScope scope, OnnxNode node, NormaliserSpec spec);

  @Override
  default Decision examine(RewriteScope scope, OnnxNode node, NormaliserSpec spec) {
    if (!concerns(node)) {
      return Decision.skips("the operator is " + node.opType() + ", not " + operator());
    }
    return FusedNormaliser.alreadyChanged(node)
        .or(() -> fault(scope, node, spec))
        .map(Decision::skips)
        .orElseGet(Decision::applies);
  }
}
