package dev.tailgate.onnx.gradient.reduce;

import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.gradient.adjoint.Adjoint;
import dev.tailgate.onnx.gradient.adjoint.GradientRule;

/** {@code y = ln sum e^x}: {@code dx = dy e^(x - y)}. */
public final class ReduceLogSumExpGradient implements GradientRule {
  @Override
  public void backward(Adjoint node) {
    Reduction reduction = Reduction.of(node);
    Value part = node.in(0).minus(reduction.kept(node.out(0))).exp();
    node.give(0, part.times(reduction.kept(node.upstream())));
  }
}
