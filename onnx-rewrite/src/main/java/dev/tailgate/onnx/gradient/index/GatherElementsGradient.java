package dev.tailgate.onnx.gradient.index;

import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.gradient.adjoint.Adjoint;
import dev.tailgate.onnx.gradient.adjoint.GradientRule;

/**
 * {@code y} has at each place the element of {@code x} that an id names along an axis, at the same
 * place of the others: the element of {@code dx} is the sum of those of {@code dy} whose id names
 * it. {@code ScatterElements} adds in the order of the ids, so the bits are the same in every run.
 */
public final class GatherElementsGradient implements GradientRule {
  @Override
  public void backward(Adjoint node) {
    Value sum =
        node.graph()
            .node("ScatterElements", node.zerosLike(node.in(0)), node.in(1), node.upstream())
            .with("axis", node.node().intAttribute("axis", 0))
            .with("reduction", "add")
            .value();
    node.give(0, sum);
  }
}
