package dev.tailgate.onnx.gradient.normal;

import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.gradient.adjoint.Adjoint;
import dev.tailgate.onnx.gradient.adjoint.GradientRule;

/**
 * {@code y = n scale} with {@code n = x r}, {@code r = 1 / sqrt(mean(x^2) + epsilon)} over the axes
 * from {@code axis} on. With {@code g = dy scale},
 *
 * <pre>{@code
 * dx = r (g - n mean(g n)),  dscale = sum(dy n)
 * }</pre>
 *
 * <p>{@code r} is the second output of {@code SimplifiedLayerNormalization} where it has one, and
 * is computed again otherwise.
 */
public final class RmsNormalizationGradient implements GradientRule {
  @Override
  public void backward(Adjoint node) {
    long[] axes = NormalizedAxes.of(node);
    Value x = node.in(0);
    boolean isGiven = !node.node().output(1).isEmpty();
    Value r = isGiven ? node.out(1) : NormalizedAxes.reciprocal(node, x, axes);
    Value n = x.times(r);
    Value dy = node.upstream();
    if (node.wants(1)) {
      node.giveBroadcast(1, dy.times(n));
    }
    if (node.wants(0)) {
      Value g = dy.times(node.in(1));
      Value along = n.times(g.times(n).mean(axes));
      node.give(0, g.minus(along).times(r));
    }
  }
}
