package dev.tailgate.onnx.gradient.layout;

import dev.tailgate.onnx.build.GraphBuilder;
import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.gradient.adjoint.Adjoint;
import dev.tailgate.onnx.gradient.adjoint.GradientRule;
import dev.tailgate.onnx.ir.Printable;
import java.util.Arrays;

/**
 * {@code y} is {@code x} with a constant put around it, or where an amount is negative with
 * elements cut off: {@code dx} is {@code dy} padded with zeros by the negative of each amount. All
 * elements of {@code dy} that {@code dx} does not take belong to the constant. Padding with
 * elements of {@code x} itself ({@code reflect}, {@code edge}, {@code wrap}) is refused.
 */
public final class PadGradient implements GradientRule {
  @Override
  public void backward(Adjoint node) {
    String mode = node.node().stringAttribute("mode", "constant");
    if (!mode.equals("constant")) {
      throw node.refusal("its mode is " + Printable.of(mode));
    }
    GraphBuilder graph = node.graph();
    Value upstream = node.upstream();
    Value amounts =
        node.longs(1)
            .map(pads -> graph.longs(Arrays.stream(pads).map(pad -> -pad).toArray()))
            .orElseGet(() -> node.in(1).negative());
    Value inner =
        node.has(3)
            ? upstream.op("Pad", amounts, graph.none(), node.in(3))
            : upstream.op("Pad", amounts);
    node.give(0, inner);
    if (node.wants(2)) {
      node.give(2, node.shapedAs(sum(graph, upstream).minus(sum(graph, inner)), "", 2));
    }
  }

  private static Value sum(GraphBuilder graph, Value value) {
    return graph.node("ReduceSum", value).with("keepdims", 0).value();
  }
}
