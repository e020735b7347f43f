package dev.tailgate.onnx.gradient.reduce;

import dev.tailgate.onnx.gradient.adjoint.Adjoint;
import dev.tailgate.onnx.gradient.adjoint.GradientRule;

/** {@code y = sum |x|}: {@code dx = dy sign(x)}; 0 at 0. */
public final class ReduceL1Gradient implements GradientRule {
  @Override
  public void backward(Adjoint node) {
    Reduction reduction = Reduction.of(node);
    node.give(0, node.in(0).op("Sign").times(reduction.kept(node.upstream())));
  }
}
