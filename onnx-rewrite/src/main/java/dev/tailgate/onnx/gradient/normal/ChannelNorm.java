package dev.tailgate.onnx.gradient.normal;

import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.gradient.adjoint.Adjoint;

/**
 * Normalisation of {@code [N, C, ...]} within groups of channels. Groups are rows of {@code x} as
 * {@code [N, G, -1]}; scale and bias belong to rows of {@code [N, S, -1]}, where {@code S} is the
 * number of groups or of channels.
 *
 * <pre>{@code
 * y = n scale + bias,  n = (x - mean) r,  g = dy scale
 * dx = r (g - mean(g) - n mean(g n)),  dscale = sum(dy n),  dbias = sum(dy)
 * }</pre>
 */
final class ChannelNorm {
  private ChannelNorm() {}

  /**
   * Gives the gradients of {@code x}, scale and bias.
   *
   * @param grouped shape of {@code x} with one row a group
   * @param scaled shape of {@code x} with one row an element of the scale
   */
  static void backward(Adjoint node, Value grouped, Value scaled) {
    double epsilon = node.node().floatAttribute("epsilon", 1e-5f);
    Value x = node.in(0).op("Reshape", grouped);
    Value centred = x.minus(x.mean(2));
    Value r = centred.times(centred).mean(2).plus(epsilon).sqrt().op("Reciprocal");
    Value n = centred.times(r);
    Value dy = node.upstream().op("Reshape", scaled);
    if (node.wants(1)) {
      node.give(1, dy.times(n.op("Reshape", scaled)).sum(0, 2).reshape(-1));
    }
    if (node.wants(2)) {
      node.give(2, dy.sum(0, 2).reshape(-1));
    }
    if (node.wants(0)) {
      Value g = dy.times(node.in(1).unsqueeze(1)).op("Reshape", grouped);
      Value dx = g.minus(g.mean(2)).minus(n.times(g.times(n).mean(2))).times(r);
      node.give(0, dx.op("Reshape", node.in(0).shape()));
    }
  }
}
