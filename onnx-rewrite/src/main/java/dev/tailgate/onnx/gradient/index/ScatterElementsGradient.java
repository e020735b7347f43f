package dev.tailgate.onnx.gradient.index;

import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.gradient.adjoint.Adjoint;
import dev.tailgate.onnx.gradient.adjoint.GradientRule;
import dev.tailgate.onnx.ir.Printable;

/**
 * {@code y} is {@code x} with some elements along an axis replaced by updates, or increased by them
 * ({@code reduction} of {@code add}). {@code dx = dy}, with zeros where an element was replaced,
 * and the gradient of an update is {@code dy} at its place. Ids that name a place twice are against
 * the operator's contract where elements are replaced. Products and extremes are refused.
 */
public final class ScatterElementsGradient implements GradientRule {
  @Override
  public void backward(Adjoint node) {
    long axis = node.node().intAttribute("axis", 0);
    String reduction = node.node().stringAttribute("reduction", "none");
    if (!reduction.equals("none") && !reduction.equals("add")) {
      throw node.refusal("its reduction is " + Printable.of(reduction));
    }
    Value upstream = node.upstream();
    if (node.wants(0)) {
      node.give(
          0,
          reduction.equals("add")
              ? upstream
              : node.graph()
                  .node("ScatterElements", upstream, node.in(1), node.zerosLike(node.in(2)))
                  .with("axis", axis)
                  .value());
    }
    if (node.wants(2)) {
      node.give(
          2, node.graph().node("GatherElements", upstream, node.in(1)).with("axis", axis).value());
    }
  }
}
