package dev.tailgate.onnx.gradient.pointwise;

import dev.tailgate.onnx.gradient.adjoint.Adjoint;
import dev.tailgate.onnx.gradient.adjoint.GradientRule;

/**
 * {@code y = a - b}: {@code da = dy}, {@code db = -dy}, summed over what was broadcast, and negated
 * where it is small.
 */
public final class SubGradient implements GradientRule {
  @Override
  public void backward(Adjoint node) {
    node.giveBroadcast(0, node.upstream());
    if (node.wants(1)) {
      node.give(1, node.summedTo(node.upstream(), node.node().output(0), 1).negative());
    }
  }
}
