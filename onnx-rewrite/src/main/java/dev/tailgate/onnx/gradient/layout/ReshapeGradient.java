package dev.tailgate.onnx.gradient.layout;

import dev.tailgate.onnx.gradient.adjoint.Adjoint;
import dev.tailgate.onnx.gradient.adjoint.GradientRule;

/**
 * {@code y} has the elements of {@code x} in their order, whatever the shapes: {@code dx} is {@code
 * dy} in the shape of {@code x}. For {@code Reshape}, {@code Flatten} and a {@code Squeeze} of all
 * axes of size 1; without a copy in ONNX Runtime.
 */
public final class ReshapeGradient implements GradientRule {
  @Override
  public void backward(Adjoint node) {
    node.give(0, node.shapedAs(node.upstream(), node.node().output(0), 0));
  }
}
