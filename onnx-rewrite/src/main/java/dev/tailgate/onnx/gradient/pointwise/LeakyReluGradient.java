package dev.tailgate.onnx.gradient.pointwise;

import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.gradient.adjoint.Adjoint;
import dev.tailgate.onnx.gradient.adjoint.GradientRule;
import dev.tailgate.onnx.ir.ElementType;

/**
 * {@code y = x} where {@code x > 0}, else {@code alpha x}: {@code dx = dy}, else {@code alpha dy}.
 */
public final class LeakyReluGradient implements GradientRule {
  @Override
  public void backward(Adjoint node) {
    Value x = node.in(0);
    Value isPositive = x.op("Greater", node.graph().scalar(x.type(), 0)).of(ElementType.BOOL);
    Value one = node.graph().scalar(x.type(), 1);
    Value alpha = node.graph().scalar(x.type(), node.node().floatAttribute("alpha", 0.01f));
    node.give(0, node.upstream().times(isPositive.where(one, alpha)));
  }
}
