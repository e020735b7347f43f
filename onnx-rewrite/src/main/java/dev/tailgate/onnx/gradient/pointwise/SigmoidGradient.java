package dev.tailgate.onnx.gradient.pointwise;

import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.gradient.adjoint.Adjoint;
import dev.tailgate.onnx.gradient.adjoint.GradientRule;

/** {@code y = 1 / (1 + e^-x)}: {@code dx = dy y (1 - y) = dy y - (dy y) y}. */
public final class SigmoidGradient implements GradientRule {
  @Override
  public void backward(Adjoint node) {
    Value y = node.out(0);
    Value g = node.upstream().times(y);
    node.give(0, g.minus(g.times(y)));
  }
}
