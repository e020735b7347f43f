package dev.tailgate.onnx.gradient.layout;

import dev.tailgate.onnx.build.GraphBuilder;
import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.gradient.adjoint.Adjoint;
import dev.tailgate.onnx.gradient.adjoint.GradientRule;

/**
 * {@code y} has groups of {@code s s} channels of {@code x} as blocks of {@code s x s} places. With
 * {@code mode} {@code DCR} the block comes before the channel, which {@code SpaceToDepth} undoes.
 * With {@code CRD} it comes behind: [N, C, H, s, W, s] with the axes of the block moved next to the
 * channel is {@code dx}.
 */
public final class DepthToSpaceGradient implements GradientRule {
  @Override
  public void backward(Adjoint node) {
    long size = node.node().intAttribute("blocksize", 1);
    Value upstream = node.upstream();
    if (node.node().stringAttribute("mode", "DCR").equals("DCR")) {
      node.give(0, node.graph().node("SpaceToDepth", upstream).with("blocksize", size).value());
      return;
    }
    GraphBuilder graph = node.graph();
    Value height = node.in(0).shape().gather(0, graph.longs(2));
    Value width = node.in(0).shape().gather(0, graph.longs(3));
    Value blocks =
        graph.concat(0, graph.longs(0, 0), height, graph.longs(size), width, graph.longs(size));
    Value turned = upstream.op("Reshape", blocks).transpose(0, 1, 3, 5, 2, 4);
    node.give(0, node.shapedAs(turned, "", 0));
  }
}
