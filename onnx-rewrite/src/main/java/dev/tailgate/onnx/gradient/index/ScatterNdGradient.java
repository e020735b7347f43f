package dev.tailgate.onnx.gradient.index;

import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.gradient.adjoint.Adjoint;
import dev.tailgate.onnx.gradient.adjoint.GradientRule;
import dev.tailgate.onnx.ir.Printable;

/**
 * {@code y} is {@code x} with slices named by tuples of ids replaced by updates, or increased by
 * them ({@code reduction} of {@code add}). {@code dx = dy}, with zeros where a slice was replaced,
 * which is the same whichever of two equal tuples comes last; the gradient of an update is the
 * slice of {@code dy} that its tuple names. Products and extremes are refused.
 */
public final class ScatterNdGradient implements GradientRule {
  @Override
  public void backward(Adjoint node) {
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
              : upstream.op("ScatterND", node.in(1), node.zerosLike(node.in(2))));
    }
    if (node.wants(2)) {
      node.give(2, upstream.op("GatherND", node.in(1)));
    }
  }
}
