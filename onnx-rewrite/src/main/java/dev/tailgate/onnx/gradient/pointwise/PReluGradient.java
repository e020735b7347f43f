package dev.tailgate.onnx.gradient.pointwise;

import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.gradient.adjoint.Adjoint;
import dev.tailgate.onnx.gradient.adjoint.GradientRule;
import dev.tailgate.onnx.ir.ElementType;

/**
 * {@code y = x} where {@code x > 0}, else {@code slope x}: {@code dx = dy}, else {@code slope dy};
 * {@code dslope} sums {@code dy min(x, 0)} over what the slope was broadcast to.
 */
public final class PReluGradient implements GradientRule {
  @Override
  public void backward(Adjoint node) {
    Value x = node.in(0);
    Value zero = node.graph().scalar(x.type(), 0);
    if (node.wants(0)) {
      Value isPositive = x.op("Greater", zero).of(ElementType.BOOL);
      Value one = node.graph().scalar(x.type(), 1);
      node.give(0, node.upstream().times(isPositive.where(one, node.in(1))));
    }
    if (node.wants(1)) {
      node.giveBroadcast(1, node.upstream().times(x.op("Min", zero)));
    }
  }
}
