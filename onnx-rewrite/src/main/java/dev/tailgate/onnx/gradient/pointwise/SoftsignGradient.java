package dev.tailgate.onnx.gradient.pointwise;

import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.gradient.adjoint.Adjoint;
import dev.tailgate.onnx.gradient.adjoint.GradientRule;

/** {@code y = x / (1 + |x|)}: {@code dx = dy / (1 + |x|)^2 = dy (1 - |y|)^2}. */
public final class SoftsignGradient implements GradientRule {
  @Override
  public void backward(Adjoint node) {
    Value size = node.out(0).op("Abs");
    Value rest = node.graph().scalar(size.type(), 1).minus(size);
    node.give(0, node.upstream().times(rest).times(rest));
  }
}
