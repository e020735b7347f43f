package dev.tailgate.onnx.gradient.pointwise;

import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.gradient.adjoint.Adjoint;
import dev.tailgate.onnx.gradient.adjoint.GradientRule;
import dev.tailgate.onnx.ir.ElementType;

/**
 * {@code y = x} where {@code x > 0}, else {@code alpha (e^(x / alpha) - 1)}: {@code dx = dy}, else
 * {@code dy e^(x / alpha) = dy (y / alpha + 1)}.
 */
public final class CeluGradient implements GradientRule {
  @Override
  public void backward(Adjoint node) {
    double alpha = node.node().floatAttribute("alpha", 1);
    Value x = node.in(0);
    Value isPositive = x.op("Greater", node.graph().scalar(x.type(), 0)).of(ElementType.BOOL);
    Value one = node.graph().scalar(x.type(), 1);
    Value below = node.out(0).over(alpha).plus(1);
    node.give(0, node.upstream().times(isPositive.where(one, below)));
  }
}
