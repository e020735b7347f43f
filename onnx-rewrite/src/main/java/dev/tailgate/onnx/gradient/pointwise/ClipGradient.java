package dev.tailgate.onnx.gradient.pointwise;

import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.gradient.adjoint.Adjoint;
import dev.tailgate.onnx.gradient.adjoint.GradientRule;

/**
 * {@code y = min(max(x, low), high)}: {@code dx = dy} where {@code y = x}, the bounds included, and
 * 0 elsewhere; {@code dlow} sums {@code dy} where {@code x < low}, {@code dhigh} where {@code x >
 * high}.
 */
public final class ClipGradient implements GradientRule {
  @Override
  public void backward(Adjoint node) {
    Value g = node.upstream();
    Value x = node.in(0);
    if (node.wants(0)) {
      node.give(0, node.masked(g, x.op("Equal", node.out(0))));
    }
    if (node.wants(1)) {
      Value below = node.masked(g, x.op("Less", node.in(1)));
      node.give(1, node.summedTo(below, node.node().output(0), 1));
    }
    if (node.wants(2)) {
      Value above = node.masked(g, x.op("Greater", node.in(2)));
      node.give(2, node.summedTo(above, node.node().output(0), 2));
    }
  }
}
