package dev.tailgate.onnx.gradient.layout;

import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.gradient.adjoint.Adjoint;
import dev.tailgate.onnx.gradient.adjoint.GradientRule;

/**
 * {@code y} keeps a triangle of each matrix and puts zeros elsewhere, and so does {@code dx} of
 * {@code dy}.
 */
public final class TriluGradient implements GradientRule {
  @Override
  public void backward(Adjoint node) {
    Value[] inputs =
        node.has(1) ? new Value[] {node.upstream(), node.in(1)} : new Value[] {node.upstream()};
    node.give(
        0,
        node.graph()
            .node("Trilu", inputs)
            .with("upper", node.node().intAttribute("upper", 1))
            .value());
  }
}
