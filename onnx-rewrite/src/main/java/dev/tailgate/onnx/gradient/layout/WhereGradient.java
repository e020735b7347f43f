package dev.tailgate.onnx.gradient.layout;

import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.gradient.adjoint.Adjoint;
import dev.tailgate.onnx.gradient.adjoint.GradientRule;
import dev.tailgate.onnx.ir.ElementType;

/**
 * {@code y = c ? a : b}: {@code da} is {@code dy} where {@code c} and zero elsewhere, and {@code
 * db} the rest of {@code dy}, each summed over what was broadcast.
 */
public final class WhereGradient implements GradientRule {
  @Override
  public void backward(Adjoint node) {
    Value upstream = node.upstream();
    Value condition = node.in(0).of(ElementType.BOOL);
    if (node.wants(1)) {
      Value taken = node.masked(upstream, condition);
      node.giveBroadcast(1, taken);
      if (node.wants(2)) {
        node.giveBroadcast(2, upstream.minus(taken));
      }
    } else {
      Value other = condition.op("Not").of(ElementType.BOOL);
      node.giveBroadcast(2, node.masked(upstream, other));
    }
  }
}
