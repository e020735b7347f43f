package dev.tailgate.onnx.gradient.pointwise;

import dev.tailgate.onnx.gradient.adjoint.Adjoint;
import dev.tailgate.onnx.gradient.adjoint.GradientRule;

/** {@code y = sqrt(x)}: {@code dx = dy / (2 y)}; infinite at 0, as in the limit. */
public final class SqrtGradient implements GradientRule {
  @Override
  public void backward(Adjoint node) {
    node.give(0, node.upstream().over(node.out(0)).times(0.5));
  }
}
