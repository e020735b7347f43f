package dev.tailgate.onnx.gradient.pointwise;

import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.gradient.adjoint.Adjoint;
import dev.tailgate.onnx.gradient.adjoint.GradientRule;

/**
 * {@code y = max(0, min(1, alpha x + beta))}: {@code dx = alpha dy} where {@code 0 < y < 1}, and 0
 * elsewhere.
 */
public final class HardSigmoidGradient implements GradientRule {
  @Override
  public void backward(Adjoint node) {
    double alpha = node.node().floatAttribute("alpha", 0.2f);
    Value y = node.out(0);
    Value isAbove = y.op("Greater", node.graph().scalar(y.type(), 0));
    Value isBelow = y.op("Less", node.graph().scalar(y.type(), 1));
    node.give(0, node.masked(node.upstream().times(alpha), isAbove.op("And", isBelow)));
  }
}
