package dev.tailgate.onnx.gradient.layout;

import dev.tailgate.onnx.build.GraphBuilder;
import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.gradient.adjoint.Adjoint;
import dev.tailgate.onnx.gradient.adjoint.GradientRule;
import dev.tailgate.onnx.ir.ElementType;

/**
 * {@code y} repeats {@code x} along each axis: with every axis as two, how often and how long,
 * {@code dx} is {@code dy} summed over the first of each two.
 */
public final class TileGradient implements GradientRule {
  @Override
  public void backward(Adjoint node) {
    GraphBuilder graph = node.graph();
    Value repeats = node.in(1).reshape(-1, 1);
    Value sizes = node.in(0).shape().reshape(-1, 1);
    Value pairs = graph.concat(1, repeats, sizes).reshape(-1);
    Value zero = graph.scalar(ElementType.INT64, 0);
    Value two = graph.scalar(ElementType.INT64, 2);
    Value count = graph.node("Size", pairs).value().of(ElementType.INT64);
    Value firsts = zero.op("Range", count, two).of(ElementType.INT64);
    Value sum =
        graph
            .node("ReduceSum", node.upstream().op("Reshape", pairs), firsts)
            .with("keepdims", 0)
            .with("noop_with_empty_axes", 1)
            .value();
    node.give(0, sum);
  }
}
