package dev.tailgate.onnx.gradient.pointwise;

import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.gradient.adjoint.Adjoint;
import dev.tailgate.onnx.gradient.adjoint.GradientRule;

/**
 * {@code y = a - b q} with an integer {@code q} that is constant around {@code a} and {@code b}:
 * {@code da = dy}, {@code db = -dy q} with {@code q = (a - y) / b}.
 */
public final class ModGradient implements GradientRule {
  @Override
  public void backward(Adjoint node) {
    node.giveBroadcast(0, node.upstream());
    if (node.wants(1)) {
      Value q = node.in(0).minus(node.out(0)).over(node.in(1)).op("Round");
      node.giveBroadcast(1, node.upstream().times(q).negative());
    }
  }
}
