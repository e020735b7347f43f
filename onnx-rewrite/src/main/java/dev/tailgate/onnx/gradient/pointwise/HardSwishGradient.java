package dev.tailgate.onnx.gradient.pointwise;

import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.gradient.adjoint.Adjoint;
import dev.tailgate.onnx.gradient.adjoint.GradientRule;

/**
 * {@code y = x h} with {@code h = max(0, min(1, x / 6 + 1/2))}: {@code dx = dy (h + x / 6)} where
 * {@code 0 < h < 1}, and {@code dy h} elsewhere.
 */
public final class HardSwishGradient implements GradientRule {
  @Override
  public void backward(Adjoint node) {
    Value x = node.in(0);
    Value sixth = x.times(1.0 / 6);
    Value h = sixth.plus(0.5).clip(0, 1);
    Value isAbove = h.op("Greater", node.graph().scalar(x.type(), 0));
    Value isBelow = h.op("Less", node.graph().scalar(x.type(), 1));
    Value slope = h.plus(node.masked(sixth, isAbove.op("And", isBelow)));
    node.give(0, node.upstream().times(slope));
  }
}
