package dev.tailgate.onnx.gradient.linear;

import dev.tailgate.onnx.build.GraphBuilder;
import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.gradient.adjoint.Adjoint;
import dev.tailgate.onnx.gradient.adjoint.GradientRule;

/**
 * {@code y} is the mean of each channel of {@code x} over its {@code P} places: each gets {@code dy
 * / P}.
 */
public final class GlobalAveragePoolGradient implements GradientRule {
  @Override
  public void backward(Adjoint node) {
    GraphBuilder graph = node.graph();
    Value places = graph.node("Shape", node.in(0)).with("start", 2).value();
    Value count = graph.node("ReduceProd", places).with("keepdims", 0).value();
    Value upstream = node.upstream();
    node.give(0, node.expanded(upstream.over(count.cast(upstream.type())), 0));
  }
}
