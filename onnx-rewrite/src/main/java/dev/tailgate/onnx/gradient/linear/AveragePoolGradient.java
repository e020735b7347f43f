package dev.tailgate.onnx.gradient.linear;

import dev.tailgate.onnx.build.GraphBuilder;
import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.gradient.adjoint.Adjoint;
import dev.tailgate.onnx.gradient.adjoint.GradientRule;

/**
 * {@code y} is the mean of each window of a channel of {@code x}, a convolution of every channel
 * with the same weights: each {@code dy}, over the number of elements in its window, goes to all of
 * them. Elements that pads put there are counted only with {@code count_include_pad}. Windows that
 * reach beyond the pads ({@code ceil_mode}) are refused.
 */
public final class AveragePoolGradient implements GradientRule {
  @Override
  public void backward(Adjoint node) {
    if (node.node().intAttribute("ceil_mode", 0) != 0) {
      throw node.refusal("its windows may reach beyond its pads (ceil_mode)");
    }
    GraphBuilder graph = node.graph();
    Convolution form = Convolution.of(node);
    Value upstream = node.upstream();
    boolean isWhole = !form.isPadded() || node.node().intAttribute("count_include_pad", 0) != 0;
    Value kernel = form.ones(graph, upstream.type());
    Value mean =
        isWhole
            ? upstream.over((double) form.kernelSize())
            : upstream.over(counts(node, form, kernel));
    Value places = graph.node("Shape", upstream).with("start", 2).value();
    Value alone = mean.op("Reshape", graph.concat(0, graph.longs(-1, 1), places));
    Value spread = ConvolutionInput.of(node, form, alone, kernel);
    node.give(0, node.shapedAs(ConvolutionInput.sized(node, form, spread), "", 0));
  }

  /** How many elements of {@code x} are in each window. */
  private static Value counts(Adjoint node, Convolution form, Value kernel) {
    GraphBuilder graph = node.graph();
    Value places = graph.node("Shape", node.in(0)).with("start", 2).value();
    Value ones = graph.scalar(kernel.type(), 1).expand(graph.concat(0, graph.longs(1, 1), places));
    return form.on(graph.node("Conv", ones, kernel)).value();
  }
}
