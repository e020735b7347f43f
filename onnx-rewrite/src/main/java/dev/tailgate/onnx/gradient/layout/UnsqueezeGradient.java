package dev.tailgate.onnx.gradient.layout;

import dev.tailgate.onnx.gradient.adjoint.Adjoint;
import dev.tailgate.onnx.gradient.adjoint.GradientRule;

/** {@code y} is {@code x} with axes of size 1 put in, which {@code dx} lacks again. */
public final class UnsqueezeGradient implements GradientRule {
  @Override
  public void backward(Adjoint node) {
    node.give(0, node.upstream().op("Squeeze", node.in(1)));
  }
}
