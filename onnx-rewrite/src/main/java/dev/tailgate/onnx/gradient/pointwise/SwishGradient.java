package dev.tailgate.onnx.gradient.pointwise;

import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.gradient.adjoint.Adjoint;
import dev.tailgate.onnx.gradient.adjoint.GradientRule;

/**
 * {@code y = x s} with {@code s = 1 / (1 + e^(-alpha x))}: {@code dx = dy (s + alpha x s (1 - s)) =
 * dy (s + alpha y (1 - s))}.
 */
public final class SwishGradient implements GradientRule {
  @Override
  public void backward(Adjoint node) {
    double alpha = node.node().floatAttribute("alpha", 1);
    Value x = node.in(0);
    Value s = (alpha == 1 ? x : x.times(alpha)).sigmoid();
    Value y = alpha == 1 ? node.out(0) : node.out(0).times(alpha);
    node.give(0, node.upstream().times(s.plus(y.minus(y.times(s)))));
  }
}
