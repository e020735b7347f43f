package dev.tailgate.onnx.gradient.pointwise;

import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.gradient.adjoint.Adjoint;
import dev.tailgate.onnx.gradient.adjoint.GradientRule;
import dev.tailgate.onnx.ir.ElementType;
import java.util.Optional;

/**
 * {@code y = x^e}: {@code dx = dy e x^(e - 1)}, which is 0 where {@code e = 0}, and {@code de = dy
 * y ln x}, which is 0 where {@code x = 0} and {@code e >= 0}. Exponents that are constants have
 * short forms: {@code 2 x dy}, {@code dy / (2 y)}.
 */
public final class PowGradient implements GradientRule {
  @Override
  public void backward(Adjoint node) {
    Optional<Double> exponent = exponent(node);
    if (node.wants(0)) {
      node.giveBroadcast(0, exponent.isPresent() ? constant(node, exponent.get()) : general(node));
    }
    if (node.wants(1)) {
      Value x = node.in(0);
      Value zero = node.graph().scalar(x.type(), 0);
      Value isZero = x.op("Equal", zero).of(ElementType.BOOL);
      Value log = isZero.where(zero, isZero.where(node.graph().scalar(x.type(), 1), x).log());
      node.giveBroadcast(1, node.upstream().times(node.out(0)).times(log));
    }
  }

  private static Optional<Double> exponent(Adjoint node) {
    return node.constant(1)
        .filter(constant -> constant.elementCount() == 1)
        .map(constant -> constant.toDoubles(1)[0]);
  }

  private static Value constant(Adjoint node, double e) {
    Value g = node.upstream();
    Value x = node.in(0);
    if (e == 0) {
      return g.times(0);
    }
    if (e == 1) {
      return g;
    }
    if (e == 2) {
      return g.times(x).times(2);
    }
    if (e == 3) {
      return g.times(x).times(x).times(3);
    }
    if (e == 0.5) {
      return g.over(node.out(0)).times(0.5);
    }
    if (e == -1) {
      return g.times(node.out(0)).times(node.out(0)).negative();
    }
    return g.times(x.pow(e - 1)).times(e);
  }

  private static Value general(Adjoint node) {
    Value x = node.in(0);
    Value e = node.in(1);
    Value real = e.type() == x.type() ? e : e.cast(x.type());
    Value power = x.op("Pow", real.minus(1));
    Value zero = node.graph().scalar(x.type(), 0);
    Value slope = real.times(power);
    Value isFlat = real.op("Equal", zero).of(ElementType.BOOL);
    return node.upstream().times(isFlat.where(zero, slope));
  }
}
