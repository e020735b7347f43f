package dev.tailgate.onnx.gradient.pointwise;

import dev.tailgate.onnx.gradient.adjoint.Adjoint;
import dev.tailgate.onnx.gradient.adjoint.GradientRule;

/** {@code y = a b}: {@code da = b dy}, {@code db = a dy}, summed over what was broadcast. */
public final class MulGradient implements GradientRule {
  @Override
  public void backward(Adjoint node) {
    if (node.wants(0)) {
      node.giveBroadcast(0, node.upstream().times(node.in(1)));
    }
    if (node.wants(1)) {
      node.giveBroadcast(1, node.upstream().times(node.in(0)));
    }
  }
}
