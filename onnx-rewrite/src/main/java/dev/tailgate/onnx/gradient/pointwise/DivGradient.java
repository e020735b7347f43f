package dev.tailgate.onnx.gradient.pointwise;

import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.gradient.adjoint.Adjoint;
import dev.tailgate.onnx.gradient.adjoint.GradientRule;

/**
 * {@code y = a / b}: {@code da = dy / b}, {@code db = -dy a / b^2 = -(dy y) / b}. The divisor is
 * often small and broadcast, so that {@code dy y} is summed before it is divided.
 */
public final class DivGradient implements GradientRule {
  @Override
  public void backward(Adjoint node) {
    if (node.wants(0)) {
      node.giveBroadcast(0, node.upstream().over(node.in(1)));
    }
    if (node.wants(1)) {
      Value product = node.upstream().times(node.out(0));
      Value summed = node.summedTo(product, node.node().output(0), 1);
      node.give(1, summed.over(node.in(1)).negative());
    }
  }
}
