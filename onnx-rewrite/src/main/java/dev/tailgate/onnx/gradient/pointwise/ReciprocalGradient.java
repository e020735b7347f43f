package dev.tailgate.onnx.gradient.pointwise;

import dev.tailgate.onnx.gradient.adjoint.Adjoint;
import dev.tailgate.onnx.gradient.adjoint.GradientRule;

/** {@code y = 1 / x}: {@code dx = -dy / x^2 = -(dy y) y}. */
public final class ReciprocalGradient implements GradientRule {
  @Override
  public void backward(Adjoint node) {
    node.give(0, node.upstream().times(node.out(0)).times(node.out(0)).negative());
  }
}
