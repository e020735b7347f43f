package dev.tailgate.onnx.gradient.reduce;

import dev.tailgate.onnx.gradient.adjoint.Adjoint;
import dev.tailgate.onnx.gradient.adjoint.GradientRule;

/** {@code y = sum x^2}: {@code dx = 2 x dy}. */
public final class ReduceSumSquareGradient implements GradientRule {
  @Override
  public void backward(Adjoint node) {
    Reduction reduction = Reduction.of(node);
    node.give(0, node.in(0).times(reduction.kept(node.upstream().times(2))));
  }
}
