package dev.tailgate.onnx.gradient.layout;

import dev.tailgate.onnx.gradient.adjoint.Adjoint;
import dev.tailgate.onnx.gradient.adjoint.GradientRule;

/**
 * {@code y_i} is the sum of {@code x_j} for {@code j <= i}, so {@code dx_j} is that of {@code dy_i}
 * for {@code i >= j}: the same sum from the other end, with or without the element itself as
 * before.
 */
public final class CumSumGradient implements GradientRule {
  @Override
  public void backward(Adjoint node) {
    node.give(
        0,
        node.graph()
            .node("CumSum", node.upstream(), node.in(1))
            .with("exclusive", node.node().intAttribute("exclusive", 0))
            .with("reverse", 1 - node.node().intAttribute("reverse", 0))
            .value());
  }
}
