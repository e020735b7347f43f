package dev.tailgate.onnx.gradient.reduce;

import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.gradient.adjoint.Adjoint;
import dev.tailgate.onnx.gradient.adjoint.GradientRule;
import dev.tailgate.onnx.ir.ElementType;

/**
 * {@code y} is the largest or the least element of {@code x} along some axes, {@code ReduceMax} and
 * {@code ReduceMin}: {@code dy} goes there, in equal parts to elements that tie, as in PyTorch's
 * {@code amax}.
 */
public final class ReduceExtremeGradient implements GradientRule {
  @Override
  public void backward(Adjoint node) {
    Reduction reduction = Reduction.of(node);
    Value x = node.in(0);
    if (reduction.isNothing()) {
      node.give(0, node.upstream());
      return;
    }
    Value isChosen = x.op("Equal", reduction.kept(node.out(0))).of(ElementType.BOOL);
    Value chosen = isChosen.cast(x.type());
    Value share = reduction.kept(node.upstream()).over(reduction.sum(chosen));
    node.give(0, chosen.times(share));
  }
}
