package dev.tailgate.onnx.gradient.layout;

import dev.tailgate.onnx.gradient.adjoint.Adjoint;
import dev.tailgate.onnx.gradient.adjoint.GradientRule;

/** {@code y = x}: {@code dx = dy}. */
public final class IdentityGradient implements GradientRule {
  @Override
  public void backward(Adjoint node) {
    node.give(0, node.upstream());
  }
}
