package dev.tailgate.onnx.gradient.pointwise;

import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.gradient.adjoint.Adjoint;
import dev.tailgate.onnx.gradient.adjoint.GradientRule;
import dev.tailgate.onnx.ir.ElementType;

/**
 * {@code y = gamma x} where {@code x > 0}, else {@code gamma alpha (e^x - 1)}: {@code dx = gamma
 * dy}, else {@code dy (y + gamma alpha)}.
 */
public final class SeluGradient implements GradientRule {
  @Override
  public void backward(Adjoint node) {
    double alpha = node.node().floatAttribute("alpha", 1.6732632f);
    double gamma = node.node().floatAttribute("gamma", 1.050701f);
    Value x = node.in(0);
    Value isPositive = x.op("Greater", node.graph().scalar(x.type(), 0)).of(ElementType.BOOL);
    Value slope = node.graph().scalar(x.type(), gamma);
    Value below = node.out(0).plus(gamma * alpha);
    node.give(0, node.upstream().times(isPositive.where(slope, below)));
  }
}
