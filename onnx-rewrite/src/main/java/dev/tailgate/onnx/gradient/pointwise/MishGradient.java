package dev.tailgate.onnx.gradient.pointwise;

import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.gradient.adjoint.Adjoint;
import dev.tailgate.onnx.gradient.adjoint.GradientRule;

/**
 * {@code y = x t} with {@code t = tanh(ln(1 + e^x))}: {@code dx = dy (t + x (1 - t^2) / (1 +
 * e^-x))}.
 */
public final class MishGradient implements GradientRule {
  @Override
  public void backward(Adjoint node) {
    Value x = node.in(0);
    Value t = x.op("Softplus").tanh();
    Value steep = x.times(x.sigmoid());
    Value slope = t.plus(steep.minus(steep.times(t).times(t)));
    node.give(0, node.upstream().times(slope));
  }
}
