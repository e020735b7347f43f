package dev.tailgate.onnx.gradient.normal;

import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.gradient.adjoint.Adjoint;
import dev.tailgate.onnx.gradient.adjoint.GradientRule;

/** Normalisation of each channel of each sample: see {@link ChannelNorm}. */
public final class InstanceNormalizationGradient implements GradientRule {
  @Override
  public void backward(Adjoint node) {
    Value rows = node.graph().longs(0, 0, -1);
    ChannelNorm.backward(node, rows, rows);
  }
}
