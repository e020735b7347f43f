package dev.tailgate.onnx.rewrite;

import dev.tailgate.onnx.ir.OnnxNode;

/**
 * A rule for an attention that is one operator. Implementations are stateless; {@code apply} is
 * called for nodes that {@code examine} took, on the same scope.
 */
public interface FusedRule {
  /** A verb phrase, for reports and provenance. */
  String name();

  /** What the rule does to the model's function. */
  Effect effect();

  /** Whether the rule can give {@code node} the normaliser {@code spec}. */
  Decision examine(RewriteScope scope, OnnxNode node, NormaliserSpec spec);

  /** Replaces {@code node}. */
  void apply(RewriteScope scope, OnnxNode node, NormaliserSpec spec);
}
