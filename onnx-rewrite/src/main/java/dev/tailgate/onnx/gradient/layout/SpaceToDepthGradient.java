package dev.tailgate.onnx.gradient.layout;

import dev.tailgate.onnx.gradient.adjoint.Adjoint;
import dev.tailgate.onnx.gradient.adjoint.GradientRule;

/**
 * {@code y} has each block of {@code s x s} places of {@code x} as channels, block first, which
 * {@code DepthToSpace} undoes.
 */
public final class SpaceToDepthGradient implements GradientRule {
  @Override
  public void backward(Adjoint node) {
    node.give(
        0,
        node.graph()
            .node("DepthToSpace", node.upstream())
            .with("blocksize", node.node().intAttribute("blocksize", 1))
            .value());
  }
}
