package dev.tailgate.onnx.gradient.normal;

import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.gradient.adjoint.Adjoint;
import dev.tailgate.onnx.gradient.adjoint.GradientRule;
import dev.tailgate.onnx.ir.ElementType;

/**
 * {@code y = x / s} along an axis, {@code s} the sum of absolute values ({@code p = 1}) or the root
 * of the sum of squares ({@code p = 2}): {@code dx = (dy - d sum(dy y)) / s} with {@code d =
 * ds/dx}, which is {@code sign(x)} or {@code y}. Zero where {@code s} is zero.
 */
public final class LpNormalizationGradient implements GradientRule {
  @Override
  public void backward(Adjoint node) {
    long axis = node.node().intAttribute("axis", -1);
    boolean isRoot = node.node().intAttribute("p", 2) == 2;
    Value x = node.in(0);
    Value y = node.out(0);
    Value dy = node.upstream();
    Value s = isRoot ? x.times(x).sum(axis).sqrt() : x.op("Abs").sum(axis);
    Value zero = node.graph().scalar(x.type(), 0);
    Value isZero = s.op("Equal", zero).of(ElementType.BOOL);
    Value share = isZero.where(zero, s.op("Reciprocal"));
    Value slope = isRoot ? y : x.op("Sign");
    node.give(0, dy.minus(slope.times(dy.times(y).sum(axis))).times(share));
  }
}
