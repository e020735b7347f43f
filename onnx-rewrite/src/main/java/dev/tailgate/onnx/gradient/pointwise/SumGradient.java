package dev.tailgate.onnx.gradient.pointwise;

import dev.tailgate.onnx.gradient.adjoint.Adjoint;
import dev.tailgate.onnx.gradient.adjoint.GradientRule;

/** The sum of some tensors: each gets {@code dy}, summed over what was broadcast. */
public final class SumGradient implements GradientRule {
  @Override
  public void backward(Adjoint node) {
    for (int i = 0; i < node.node().inputs().size(); i++) {
      node.giveBroadcast(i, node.upstream());
    }
  }
}
