package dev.tailgate.onnx.fused;

import dev.tailgate.onnx.build.Ops;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.NodeDraft;

/** Norms over the last axis, as one standard operator where the opset has it. */
final class NormNodes {
  private static final int OPSET_OF_LAYERS = 17;

  private NormNodes() {}

  /** {@code (x - mean) / sqrt(var + epsilon) scale + bias}; {@code ""} for no bias. */
  static NodeDraft layer(
      Ops ops, ElementType type, String x, String scale, String bias, float epsilon) {
    if (ops.opset() >= OPSET_OF_LAYERS) {
      NodeDraft node =
          bias.isEmpty()
              ? ops.node("LayerNormalization", x, scale)
              : ops.node("LayerNormalization", x, scale, bias);
      return node.attribute("axis", -1).attribute("epsilon", epsilon);
    }
    String centred = ops.op("Sub", x, ops.reduce("ReduceMean", x, -1));
    String scaled = ops.op("Div", centred, root(ops, type, centred, epsilon));
    return bias.isEmpty()
        ? ops.node("Mul", scaled, scale)
        : ops.node("Add", ops.op("Mul", scaled, scale), bias);
  }

  /** {@code x / sqrt(mean(x^2) + epsilon) scale}. */
  static NodeDraft root(Ops ops, ElementType type, String x, String scale, float epsilon) {
    return ops.node("Mul", ops.op("Div", x, root(ops, type, x, epsilon)), scale);
  }

  private static String root(Ops ops, ElementType type, String x, float epsilon) {
    String mean = ops.reduce("ReduceMean", ops.op("Mul", x, x), -1);
    return ops.op("Sqrt", ops.op("Add", mean, ops.scalar(type, epsilon)));
  }
}
