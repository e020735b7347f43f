package dev.tailgate.onnx.gradient.linear;

import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.gradient.adjoint.Adjoint;
import dev.tailgate.onnx.gradient.adjoint.GradientRule;

/**
 * {@code Y = X * W + b}, {@code y[n,m,p] = sum_{c,k} x[n,c, p s + k d - pad] w[m,c,k] + b[m]} with
 * strides {@code s} and dilations {@code d}, over any number of spatial axes and in groups of
 * channels: {@code dX} is {@link ConvolutionInput}, {@code dW} is {@link ConvolutionWeights}, and
 * {@code db} sums {@code dY} over batch and places.
 */
public final class ConvGradient implements GradientRule {
  @Override
  public void backward(Adjoint node) {
    Convolution form = Convolution.of(node);
    Value upstream = node.upstream();
    if (node.wants(0)) {
      Value product = ConvolutionInput.of(node, form, upstream, node.in(1));
      node.give(0, ConvolutionInput.sized(node, form, product));
    }
    if (node.wants(1)) {
      node.give(1, ConvolutionWeights.of(node, form, node.in(0), upstream));
    }
    if (node.wants(2)) {
      node.give(2, form.sumOfChannels(node.graph(), upstream));
    }
  }
}
