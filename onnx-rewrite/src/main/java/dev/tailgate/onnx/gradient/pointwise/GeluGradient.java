package dev.tailgate.onnx.gradient.pointwise;

import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.gradient.adjoint.Adjoint;
import dev.tailgate.onnx.gradient.adjoint.GradientRule;

/**
 * {@code y = x F(x)}. With {@code F} the distribution of the standard normal, {@code (1 + erf(x /
 * sqrt 2)) / 2}, {@code dx = dy (F + x e^(-x^2 / 2) / sqrt(2 pi))}. With its approximation {@code F
 * = (1 + tanh u) / 2}, {@code u = sqrt(2 / pi) (x + 0.044715 x^3)}, which is {@code 1 / (1 +
 * e^(-2u))}, {@code dx = dy (F + 2 x F (1 - F) u')}.
 */
public final class GeluGradient implements GradientRule {
  private static final double LOG_OF_FACTOR = -0.5 * Math.log(2 * Math.PI);
  private static final double FACTOR = Math.sqrt(2 / Math.PI);
  private static final double CUBIC = 0.044715;

  @Override
  public void backward(Adjoint node) {
    boolean isTanh = node.node().stringAttribute("approximate", "none").equals("tanh");
    node.give(0, node.upstream().times(isTanh ? tanh(node.in(0), node.out(0)) : exact(node)));
  }

  private static Value exact(Adjoint node) {
    Value x = node.in(0);
    Value scaled = x.times(Math.sqrt(0.5));
    Value distribution = scaled.erf().times(0.5).plus(0.5);
    Value exponent = node.graph().scalar(x.type(), LOG_OF_FACTOR).minus(scaled.times(scaled));
    return distribution.plus(exponent.exp().times(x));
  }

  private static Value tanh(Value x, Value y) {
    Value square = x.times(x);
    Value f = square.times(2 * FACTOR * CUBIC).plus(2 * FACTOR).times(x).sigmoid();
    Value slope = square.times(6 * FACTOR * CUBIC).plus(2 * FACTOR);
    return f.plus(y.minus(y.times(f)).times(slope));
  }
}
