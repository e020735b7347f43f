package dev.tailgate.onnx.gradient.layout;

import dev.tailgate.onnx.gradient.adjoint.Adjoint;
import dev.tailgate.onnx.gradient.adjoint.GradientRule;

/** {@code y} is {@code x} repeated along some axes: {@code dx} is {@code dy} summed over them. */
public final class ExpandGradient implements GradientRule {
  @Override
  public void backward(Adjoint node) {
    node.giveBroadcast(0, node.upstream());
  }
}
