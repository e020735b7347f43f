package dev.tailgate.onnx.gradient.reduce;

import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.gradient.adjoint.Adjoint;
import dev.tailgate.onnx.gradient.adjoint.GradientRule;

/** {@code y_i = x_i - ln sum_j e^(x_j)} along an axis: {@code dx = dy - e^y sum(dy)}. */
public final class LogSoftmaxGradient implements GradientRule {
  @Override
  public void backward(Adjoint node) {
    Value g = node.upstream();
    Value sum = g.sum(node.node().intAttribute("axis", -1));
    node.give(0, g.minus(node.out(0).exp().times(sum)));
  }
}
