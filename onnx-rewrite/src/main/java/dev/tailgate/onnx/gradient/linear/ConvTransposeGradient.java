package dev.tailgate.onnx.gradient.linear;

import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.gradient.adjoint.Adjoint;
import dev.tailgate.onnx.gradient.adjoint.GradientRule;

/**
 * {@code ConvTranspose} is what a convolution does to gradients: {@code y[n,m, p s + k d - pad] +=
 * x[n,c,p] w[c,m,k]}, and {@code + b[m]}. So {@code dX} is the convolution of {@code dY} with the
 * same weights, strides, dilations and pads, {@code dW} is {@link ConvolutionWeights} with the
 * places of {@code X} and {@code Y} exchanged, and {@code db} sums {@code dY} over batch and
 * places.
 */
public final class ConvTransposeGradient implements GradientRule {
  @Override
  public void backward(Adjoint node) {
    Convolution form = Convolution.ofTransposed(node);
    Value upstream = node.upstream();
    if (node.wants(0)) {
      node.give(0, form.on(node.graph().node("Conv", upstream, node.in(1))).value());
    }
    if (node.wants(1)) {
      node.give(1, ConvolutionWeights.of(node, form, upstream, node.in(0)));
    }
    if (node.wants(2)) {
      node.give(2, form.sumOfChannels(node.graph(), upstream));
    }
  }
}
