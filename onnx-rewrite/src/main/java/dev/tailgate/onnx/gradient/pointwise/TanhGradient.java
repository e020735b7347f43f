package dev.tailgate.onnx.gradient.pointwise;

import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.gradient.adjoint.Adjoint;
import dev.tailgate.onnx.gradient.adjoint.GradientRule;

/** {@code y = tanh(x)}: {@code dx = dy (1 - y^2) = dy - (dy y) y}. */
public final class TanhGradient implements GradientRule {
  @Override
  public void backward(Adjoint node) {
    Value y = node.out(0);
    Value g = node.upstream();
    node.give(0, g.minus(g.times(y).times(y)));
  }
}
