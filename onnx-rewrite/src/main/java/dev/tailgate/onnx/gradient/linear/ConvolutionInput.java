package dev.tailgate.onnx.gradient.linear;

import dev.tailgate.onnx.build.GraphBuilder;
import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.gradient.adjoint.Adjoint;

/**
 * The gradient of what is convolved. Place {@code p} of the output took weight {@code k} times
 * element {@code p s + k d - pad} of the input, to which its gradient goes by the same weight: that
 * is {@code ConvTranspose}. It reaches from the first element that is no pad to the last that a
 * window touched; what no window touched, behind that, has gradient zero, and what it touched of
 * the pads behind the input is cut off.
 */
final class ConvolutionInput {
  private ConvolutionInput() {}

  /** All that lies behind the first pads, [N, C, ...]. */
  static Value of(Adjoint node, Convolution form, Value gradient, Value weights) {
    long[] pads = new long[2 * form.axes()];
    System.arraycopy(form.before(), 0, pads, 0, form.axes());
    return node.graph()
        .node("ConvTranspose", gradient, weights)
        .with("strides", form.strides())
        .with("dilations", form.dilations())
        .with("pads", pads)
        .with("group", form.groups())
        .value();
  }

  /** {@code product} with as many places as the input of {@code node}. */
  static Value sized(Adjoint node, Convolution form, Value product) {
    GraphBuilder graph = node.graph();
    long[] amounts = new long[2 * form.axes()];
    boolean isKnown = true;
    boolean isWhole = true;
    for (int i = 0; i < form.axes(); i++) {
      long size = node.size(0, i + 2);
      long places =
          (size + form.before()[i] + form.behind()[i] - form.reach(i)) / form.strides()[i];
      long touched = places * form.strides()[i] + form.reach(i) - form.before()[i];
      isKnown &= size >= 0;
      isWhole &= size == touched;
      amounts[form.axes() + i] = size - touched;
    }
    if (isKnown && isWhole) {
      return product;
    }
    Value zeros = graph.longs(new long[form.axes()]);
    Value missing =
        isKnown
            ? graph.longs(amounts)
            : graph.concat(0, zeros, places(graph, node.in(0)).minus(places(graph, product)));
    return product.op("Pad", missing, graph.none(), graph.longs(form.spatial())).of(product.type());
  }

  private static Value places(GraphBuilder graph, Value value) {
    return graph.node("Shape", value).with("start", 2).value();
  }
}
