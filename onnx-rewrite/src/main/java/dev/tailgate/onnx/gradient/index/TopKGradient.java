package dev.tailgate.onnx.gradient.index;

import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.gradient.adjoint.Adjoint;
import dev.tailgate.onnx.gradient.adjoint.GradientRule;

/**
 * The values are elements of {@code x}, each taken once, at the places that the second output has:
 * there {@code dx} is the gradient of the values, and zero elsewhere. Where elements are equal,
 * that of the one that was taken.
 */
public final class TopKGradient implements GradientRule {
  @Override
  public void backward(Adjoint node) {
    Value upstream = node.upstream();
    long axis = node.node().intAttribute("axis", -1);
    Value places =
        node.node().output(1).isEmpty()
            ? node.graph()
                .node("TopK", node.in(0), node.in(1))
                .with("axis", axis)
                .with("largest", node.node().intAttribute("largest", 1))
                .with("sorted", node.node().intAttribute("sorted", 1))
                .values(2)
                .get(1)
            : node.out(1);
    node.give(
        0,
        node.graph()
            .node("ScatterElements", node.zerosLike(node.in(0)), places, upstream)
            .with("axis", axis)
            .value());
  }
}
