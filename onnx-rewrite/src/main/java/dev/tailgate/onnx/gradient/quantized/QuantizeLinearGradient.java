package dev.tailgate.onnx.gradient.quantized;

import dev.tailgate.onnx.gradient.adjoint.Adjoint;
import dev.tailgate.onnx.gradient.adjoint.GradientRule;

/**
 * Integers have no gradient of their own: {@link DequantizeLinearGradient} passes it over the pair.
 * What reaches this rule came through another reader of the integers, and is refused.
 */
public final class QuantizeLinearGradient implements GradientRule {
  @Override
  public void backward(Adjoint node) {
    throw node.refusal("its integers go to the loss by another way than a DequantizeLinear");
  }
}
