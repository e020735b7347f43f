package dev.tailgate.onnx.gradient.layout;

import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.gradient.adjoint.Adjoint;
import dev.tailgate.onnx.gradient.adjoint.GradientRule;

/**
 * Outputs of {@code Split} lie in its input one after the other, and so their gradients do in that
 * of the input; of an output that does not matter it is zero.
 */
public final class SplitGradient implements GradientRule {
  @Override
  public void backward(Adjoint node) {
    Value[] parts = new Value[node.node().outputs().size()];
    for (int i = 0; i < parts.length; i++) {
      int at = i;
      parts[i] = node.upstream(i).orElseGet(() -> node.zerosLike(node.out(at)));
    }
    node.give(0, node.graph().concat(node.node().intAttribute("axis", 0), parts));
  }
}
