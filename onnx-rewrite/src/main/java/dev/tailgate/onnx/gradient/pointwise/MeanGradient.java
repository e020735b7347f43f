package dev.tailgate.onnx.gradient.pointwise;

import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.gradient.adjoint.Adjoint;
import dev.tailgate.onnx.gradient.adjoint.GradientRule;

/** The mean of {@code n} tensors: each gets {@code dy / n}, summed over what was broadcast. */
public final class MeanGradient implements GradientRule {
  @Override
  public void backward(Adjoint node) {
    int count = node.node().inputs().size();
    Value share = node.upstream().times(1.0 / count);
    for (int i = 0; i < count; i++) {
      node.giveBroadcast(i, share);
    }
  }
}
