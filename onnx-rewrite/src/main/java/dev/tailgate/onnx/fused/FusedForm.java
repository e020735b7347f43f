package dev.tailgate.onnx.fused;

import dev.tailgate.onnx.ir.OnnxNode;
import dev.tailgate.onnx.rewrite.RewriteScope;
import java.util.Optional;

/** How some fused operators are written out. Implementations are final and have no state. */
interface FusedForm {
  /** The domain of the operators of ONNX Runtime. */
  String MICROSOFT = "com.microsoft";

  /** Whether {@code node} is one of these operators. */
  boolean concerns(OnnxNode node);

  /** Why {@code node}, which is one of them, cannot be written out. */
  Optional<String> fault(RewriteScope scope, OnnxNode node);

  /** Puts ordinary operators in the place of {@code node}, which has no fault. */
  void write(RewriteScope scope, OnnxNode node);
}
