package dev.tailgate.onnx.gradient.normal;

import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.gradient.adjoint.Adjoint;
import dev.tailgate.onnx.gradient.adjoint.GradientRule;

/**
 * Normalisation within each of {@code num_groups} groups of channels: see {@link ChannelNorm}. In
 * opset 18 scale and bias have an element for each group, from opset 21 on one for each channel;
 * the number of channels is that of {@code x} in both.
 */
public final class GroupNormalizationGradient implements GradientRule {
  @Override
  public void backward(Adjoint node) {
    long groups = node.node().intAttribute("num_groups", 1);
    Value grouped = node.graph().longs(0, groups, -1);
    Value rows = node.in(1).op("Size").unsqueeze(0);
    Value scaled = node.graph().concat(0, node.graph().longs(0), rows, node.graph().longs(-1));
    ChannelNorm.backward(node, grouped, scaled);
  }
}
