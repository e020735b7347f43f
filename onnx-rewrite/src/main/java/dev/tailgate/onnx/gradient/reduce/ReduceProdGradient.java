package dev.tailgate.onnx.gradient.reduce;

import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.gradient.adjoint.Adjoint;
import dev.tailgate.onnx.gradient.adjoint.GradientRule;
import dev.tailgate.onnx.ir.ElementType;

/**
 * {@code y} is the product of {@code x} along some axes: {@code dx} is {@code dy} times the product
 * of the others, {@code dy y / x}. Where one element is zero, it gets the product of the rest and
 * the others zero; where several are, all get zero.
 */
public final class ReduceProdGradient implements GradientRule {
  @Override
  public void backward(Adjoint node) {
    Reduction reduction = Reduction.of(node);
    Value x = node.in(0);
    Value one = node.graph().scalar(x.type(), 1);
    Value isZero = x.op("Equal", node.graph().scalar(x.type(), 0)).of(ElementType.BOOL);
    Value rest = isZero.where(one, x);
    Value zeros = isZero.cast(x.type());
    // The zeros among the others: an element gets the product of the rest where there are none.
    Value others = reduction.sum(zeros).minus(zeros);
    Value areNone = others.op("Equal", node.graph().scalar(x.type(), 0));
    Value product = reduction.kept(node.upstream()).times(reduction.product(rest));
    node.give(0, node.masked(product.over(rest), areNone));
  }
}
