package dev.tailgate.onnx.gradient.pointwise;

import dev.tailgate.onnx.gradient.adjoint.Adjoint;
import dev.tailgate.onnx.gradient.adjoint.GradientRule;

/** {@code y = -x}: {@code dx = -dy}. */
public final class NegGradient implements GradientRule {
  @Override
  public void backward(Adjoint node) {
    node.give(0, node.upstream().negative());
  }
}
