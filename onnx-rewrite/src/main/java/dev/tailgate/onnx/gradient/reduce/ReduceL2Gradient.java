package dev.tailgate.onnx.gradient.reduce;

import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.gradient.adjoint.Adjoint;
import dev.tailgate.onnx.gradient.adjoint.GradientRule;
import dev.tailgate.onnx.ir.ElementType;

/** {@code y = sqrt(sum x^2)}: {@code dx = x dy / y}; 0 where {@code y = 0}, as in PyTorch. */
public final class ReduceL2Gradient implements GradientRule {
  @Override
  public void backward(Adjoint node) {
    Reduction reduction = Reduction.of(node);
    Value y = node.out(0);
    Value zero = node.graph().scalar(y.type(), 0);
    Value isZero = y.op("Equal", zero).of(ElementType.BOOL);
    Value ratio = isZero.where(zero, node.upstream().over(y));
    node.give(0, node.in(0).times(reduction.kept(ratio)));
  }
}
