package dev.tailgate.onnx.gradient.reduce;

import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.gradient.adjoint.Adjoint;
import dev.tailgate.onnx.gradient.adjoint.GradientRule;

/**
 * {@code y_i = e^(x_i) / sum_j e^(x_j)} along an axis: {@code dy_i / dx_j = y_i (1[i = j] - y_j)},
 * so {@code dx = y (dy - sum(dy y))}, from what the forward pass gave.
 */
public final class SoftmaxGradient implements GradientRule {
  @Override
  public void backward(Adjoint node) {
    Value y = node.out(0);
    Value g = node.upstream();
    Value mean = g.times(y).sum(node.node().intAttribute("axis", -1));
    node.give(0, g.minus(mean).times(y));
  }
}
