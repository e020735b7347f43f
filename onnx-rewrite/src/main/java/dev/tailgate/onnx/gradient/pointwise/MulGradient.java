package dev.tailgate.onnx.gradient.pointwise;

import dev.tailgate.onnx.gradient.adjoint.Adjoint;
import dev.tailgate.onnx.gradient.adjoint.GradientRule;

/**
 * {@code y = a b}: {@code da = b dy}, {@code db = a dy}, summed over what was broadcast. A square,
 * {@code a = b}, is {@code da = 2 a dy}.
 */
public final class MulGradient implements GradientRule {
  @Override
  public void backward(Adjoint node) {
    if (node.node().input(0).equals(node.node().input(1))) {
      if (node.wants(0)) {
        node.give(0, node.upstream().times(node.in(0)).times(2));
      }
      return;
    }
    if (node.wants(0)) {
      node.giveBroadcast(0, node.upstream().times(node.in(1)));
    }
    if (node.wants(1)) {
      node.giveBroadcast(1, node.upstream().times(node.in(0)));
    }
  }
}
