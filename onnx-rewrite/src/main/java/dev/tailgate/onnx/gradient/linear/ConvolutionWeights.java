package dev.tailgate.onnx.gradient.linear;

import dev.tailgate.onnx.build.GraphBuilder;
import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.gradient.adjoint.Adjoint;
import java.util.stream.LongStream;

/**
 * The gradient of the weights of a convolution: {@code dw[m,c,k] = sum_{n,p} dy[n,m,p] x[n,c, p s +
 * k d - pad]}. That is a convolution too, of {@code x} with {@code dy}: the batch is what is summed
 * over, as channels are, the strides of the one are the dilations of the other, and channels of
 * {@code x} are its batch. With {@code g} groups {@code x} becomes [C/g, g N, ...] and {@code dy}
 * [M, N, ...], so that group {@code i} sums over its own {@code N} channels only. Places behind the
 * kernel, which come of elements that no window touched, are cut off.
 */
final class ConvolutionWeights {
  private ConvolutionWeights() {}

  /**
   * The gradient, [M, C/g, ...].
   *
   * @param input what is convolved, [N, C, ...]
   * @param gradient of what comes out, [N, M, ...]
   */
  static Value of(Adjoint node, Convolution form, Value input, Value gradient) {
    GraphBuilder graph = node.graph();
    long[] turn = turn(form.axes() + 2);
    Value left = form.groups() == 1 ? input.transpose(turn) : grouped(node, form, input);
    Value product =
        graph
            .node("Conv", left, gradient.transpose(turn))
            .with("strides", form.dilations())
            .with("dilations", form.strides())
            .with("pads", form.pads())
            .with("group", form.groups())
            .value();
    Value kernel =
        product
            .op(
                "Slice",
                graph.longs(new long[form.axes()]),
                graph.longs(form.kernel()),
                graph.longs(form.spatial()))
            .of(product.type());
    return kernel.transpose(turn);
  }

  /** The first two axes in the other order. */
  private static long[] turn(int rank) {
    long[] turn = LongStream.range(0, rank).toArray();
    turn[0] = 1;
    turn[1] = 0;
    return turn;
  }

  /** [N, g, C/g, ...] as [C/g, g N, ...]. */
  private static Value grouped(Adjoint node, Convolution form, Value input) {
    GraphBuilder graph = node.graph();
    Value places = graph.node("Shape", input).with("start", 2).value();
    Value channels = node.in(1).extent(1);
    Value apart = graph.concat(0, graph.longs(0, form.groups()), channels, places);
    long[] turn = LongStream.range(0, form.axes() + 3).toArray();
    turn[0] = 2;
    turn[2] = 0;
    return input
        .op("Reshape", apart)
        .transpose(turn)
        .op("Reshape", graph.concat(0, channels, graph.longs(-1), places));
  }
}
