package dev.tailgate.onnx.gradient.pointwise;

import dev.tailgate.onnx.gradient.adjoint.Adjoint;
import dev.tailgate.onnx.gradient.adjoint.GradientRule;

/** {@code y = ln(1 + e^x)}: {@code dx = dy / (1 + e^-x)}. */
public final class SoftplusGradient implements GradientRule {
  @Override
  public void backward(Adjoint node) {
    node.give(0, node.upstream().times(node.in(0).sigmoid()));
  }
}
