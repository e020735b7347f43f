package dev.tailgate.onnx.gradient.reduce;

import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.gradient.adjoint.Adjoint;
import dev.tailgate.onnx.gradient.adjoint.GradientRule;

/** {@code y = ln sum x}: {@code dx = dy / sum x = dy e^-y}. */
public final class ReduceLogSumGradient implements GradientRule {
  @Override
  public void backward(Adjoint node) {
    Reduction reduction = Reduction.of(node);
    Value share = node.upstream().times(node.out(0).negative().exp());
    node.give(0, reduction.spread(share));
  }
}
