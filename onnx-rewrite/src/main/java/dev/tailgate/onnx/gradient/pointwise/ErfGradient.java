package dev.tailgate.onnx.gradient.pointwise;

import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.gradient.adjoint.Adjoint;
import dev.tailgate.onnx.gradient.adjoint.GradientRule;

/**
 * {@code y = erf(x)}: {@code dx = dy 2 / sqrt(pi) e^(-x^2)}, the constant in the exponent, which
 * saves a pass.
 */
public final class ErfGradient implements GradientRule {
  private static final double LOG_OF_FACTOR = Math.log(2 / Math.sqrt(Math.PI));

  @Override
  public void backward(Adjoint node) {
    Value x = node.in(0);
    Value exponent = node.graph().scalar(x.type(), LOG_OF_FACTOR).minus(x.times(x));
    node.give(0, node.upstream().times(exponent.exp()));
  }
}
