package dev.tailgate.onnx.gradient.pointwise;

import dev.tailgate.onnx.gradient.adjoint.Adjoint;
import dev.tailgate.onnx.gradient.adjoint.GradientRule;

/** {@code y = |x|}: {@code dx = dy sign(x)}; 0 at 0. */
public final class AbsGradient implements GradientRule {
  @Override
  public void backward(Adjoint node) {
    node.give(0, node.upstream().times(node.in(0).op("Sign")));
  }
}
