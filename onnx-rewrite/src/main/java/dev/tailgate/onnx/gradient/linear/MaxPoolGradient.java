package dev.tailgate.onnx.gradient.linear;

import dev.tailgate.onnx.build.GraphBuilder;
import dev.tailgate.onnx.build.Operator;
import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.gradient.adjoint.Adjoint;
import dev.tailgate.onnx.gradient.adjoint.GradientRule;
import dev.tailgate.onnx.ir.ElementType;
import java.util.List;

/**
 * Each element of {@code y} is one of {@code x}, whose number among all of them {@code MaxPool}
 * gives as its second output: there {@code dx} is the sum of the gradients of the windows it won,
 * and zero elsewhere. Of equal elements the one that the runtime takes gets all. Where the node has
 * no second output the pooling is done once more for it.
 */
public final class MaxPoolGradient implements GradientRule {
  @Override
  public void backward(Adjoint node) {
    GraphBuilder graph = node.graph();
    Value upstream = node.upstream();
    boolean hasPlaces =
        !node.node().output(1).isEmpty() && node.node().intAttribute("storage_order", 0) == 0;
    Value places = hasPlaces ? node.out(1) : again(node);
    Value count = node.in(0).op("Size").of(ElementType.INT64).reshape(1);
    Value sum =
        graph
            .node(
                "ScatterElements",
                node.zeros(count, upstream.type()),
                places.reshape(-1),
                upstream.reshape(-1))
            .with("axis", 0)
            .with("reduction", "add")
            .value();
    node.give(0, node.shapedAs(sum, "", 0));
  }

  private static Value again(Adjoint node) {
    Operator pool =
        node.graph()
            .node("MaxPool", node.in(0))
            .with("auto_pad", node.node().stringAttribute("auto_pad", "NOTSET"))
            .with("ceil_mode", node.node().intAttribute("ceil_mode", 0));
    for (String name : List.of("kernel_shape", "strides", "pads", "dilations")) {
      node.node()
          .intsAttribute(name)
          .ifPresent(all -> pool.with(name, all.stream().mapToLong(Long::longValue).toArray()));
    }
    return pool.values(2).get(1).of(ElementType.INT64);
  }
}
