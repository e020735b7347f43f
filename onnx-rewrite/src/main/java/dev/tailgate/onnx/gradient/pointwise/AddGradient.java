package dev.tailgate.onnx.gradient.pointwise;

import dev.tailgate.onnx.gradient.adjoint.Adjoint;
import dev.tailgate.onnx.gradient.adjoint.GradientRule;

/** {@code y = a + b}: {@code da = db = dy}, summed over what was broadcast. */
public final class AddGradient implements GradientRule {
  @Override
  public void backward(Adjoint node) {
    node.giveBroadcast(0, node.upstream());
    node.giveBroadcast(1, node.upstream());
  }
}
