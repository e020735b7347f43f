package dev.tailgate.onnx.gradient.reduce;

import dev.tailgate.onnx.gradient.adjoint.Adjoint;
import dev.tailgate.onnx.gradient.adjoint.GradientRule;

/** {@code y} sums {@code x} over some axes: every element of {@code x} gets {@code dy}. */
public final class ReduceSumGradient implements GradientRule {
  @Override
  public void backward(Adjoint node) {
    node.give(0, Reduction.of(node).spread(node.upstream()));
  }
}
