package dev.tailgate.onnx.gradient.layout;

import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.gradient.adjoint.Adjoint;
import dev.tailgate.onnx.gradient.adjoint.GradientRule;
import dev.tailgate.onnx.ir.ElementType;

/**
 * {@code y} is {@code x} in another float type: {@code dx = dy} in the type of {@code x}. What
 * becomes an integer or a truth value is constant around every input and no way for a gradient.
 */
public final class CastGradient implements GradientRule {
  @Override
  public void backward(Adjoint node) {
    Value upstream = node.upstream();
    ElementType type = node.in(0).type();
    if (type == ElementType.UNDEFINED) {
      node.give(0, upstream.op("CastLike", node.in(0)));
    } else {
      node.give(0, upstream.type() == type ? upstream : upstream.cast(type));
    }
  }
}
