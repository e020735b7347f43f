package dev.tailgate.onnx.gradient.pointwise;

import dev.tailgate.onnx.gradient.adjoint.Adjoint;
import dev.tailgate.onnx.gradient.adjoint.GradientRule;

/** {@code y = e^x}: {@code dx = dy y}. */
public final class ExpGradient implements GradientRule {
  @Override
  public void backward(Adjoint node) {
    node.give(0, node.upstream().times(node.out(0)));
  }
}
