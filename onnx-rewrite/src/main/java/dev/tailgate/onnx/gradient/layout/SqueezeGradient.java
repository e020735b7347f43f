package dev.tailgate.onnx.gradient.layout;

import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.gradient.adjoint.Adjoint;
import dev.tailgate.onnx.gradient.adjoint.GradientRule;

/**
 * {@code y} is {@code x} without some axes of size 1, which {@code dx} has again. Axes are counted
 * in {@code x}, as those of {@code Unsqueeze} are in what it makes.
 */
public final class SqueezeGradient implements GradientRule {
  @Override
  public void backward(Adjoint node) {
    Value upstream = node.upstream();
    node.give(
        0,
        node.has(1)
            ? upstream.op("Unsqueeze", node.in(1))
            : node.shapedAs(upstream, node.node().output(0), 0));
  }
}
