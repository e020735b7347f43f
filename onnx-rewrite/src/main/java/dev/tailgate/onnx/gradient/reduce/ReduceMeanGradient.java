package dev.tailgate.onnx.gradient.reduce;

import dev.tailgate.onnx.gradient.adjoint.Adjoint;
import dev.tailgate.onnx.gradient.adjoint.GradientRule;

/**
 * {@code y} is the mean of the {@code n} elements of {@code x} along some axes: every one gets
 * {@code dy / n}.
 */
public final class ReduceMeanGradient implements GradientRule {
  @Override
  public void backward(Adjoint node) {
    Reduction reduction = Reduction.of(node);
    node.give(0, reduction.spread(reduction.overCount(node.upstream())));
  }
}
