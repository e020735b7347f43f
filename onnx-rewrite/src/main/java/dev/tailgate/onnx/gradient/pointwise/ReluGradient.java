package dev.tailgate.onnx.gradient.pointwise;

import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.gradient.adjoint.Adjoint;
import dev.tailgate.onnx.gradient.adjoint.GradientRule;

/** {@code y = max(x, 0)}: {@code dx = dy} where {@code y > 0}, and 0 elsewhere, at 0 too. */
public final class ReluGradient implements GradientRule {
  @Override
  public void backward(Adjoint node) {
    Value y = node.out(0);
    Value isOpen = y.op("Greater", node.graph().scalar(y.type(), 0));
    node.give(0, node.masked(node.upstream(), isOpen));
  }
}
