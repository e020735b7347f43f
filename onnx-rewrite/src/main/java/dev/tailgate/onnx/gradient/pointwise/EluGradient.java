package dev.tailgate.onnx.gradient.pointwise;

import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.gradient.adjoint.Adjoint;
import dev.tailgate.onnx.gradient.adjoint.GradientRule;
import dev.tailgate.onnx.ir.ElementType;

/**
 * {@code y = x} where {@code x > 0}, else {@code alpha (e^x - 1)}: {@code dx = dy}, else {@code dy
 * (y + alpha)}.
 */
public final class EluGradient implements GradientRule {
  @Override
  public void backward(Adjoint node) {
    double alpha = node.node().floatAttribute("alpha", 1);
    Value x = node.in(0);
    Value isPositive = x.op("Greater", node.graph().scalar(x.type(), 0)).of(ElementType.BOOL);
    Value one = node.graph().scalar(x.type(), 1);
    node.give(0, node.upstream().times(isPositive.where(one, node.out(0).plus(alpha))));
  }
}
