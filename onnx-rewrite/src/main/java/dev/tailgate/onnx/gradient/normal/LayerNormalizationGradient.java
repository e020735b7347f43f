package dev.tailgate.onnx.gradient.normal;

import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.gradient.adjoint.Adjoint;
import dev.tailgate.onnx.gradient.adjoint.GradientRule;
import java.util.Optional;

/**
 * {@code y = n scale + bias} with {@code n = (x - mean) r}, {@code r = 1 / sqrt(var + epsilon)}
 * over the axes from {@code axis} on. With {@code g = dy scale} and means over those axes,
 *
 * <pre>{@code
 * dx = r (g - mean(g) - n mean(g n)),  dscale = sum(dy n),  dbias = sum(dy)
 * }</pre>
 *
 * <p>the sums over the other axes. Mean and {@code r} are the node's own outputs where it has them,
 * and are computed again where it has not; what comes back to them adds {@code dmean / N} and
 * {@code -dr r^2 n / N}.
 */
public final class LayerNormalizationGradient implements GradientRule {
  @Override
  public void backward(Adjoint node) {
    long[] axes = NormalizedAxes.of(node);
    Value x = node.in(0);
    Value mean = isGiven(node, 1) ? node.out(1) : x.mean(axes);
    Value centred = x.minus(mean);
    Value r = isGiven(node, 2) ? node.out(2) : NormalizedAxes.reciprocal(node, centred, axes);
    Value n = centred.times(r);
    Optional<Value> dx = Optional.empty();
    if (node.upstream(0).isPresent()) {
      Value dy = node.upstream(0).get();
      if (node.wants(1)) {
        node.giveBroadcast(1, dy.times(n));
      }
      node.giveBroadcast(2, dy);
      if (node.wants(0)) {
        Value g = dy.times(node.in(1));
        Value along = n.times(g.times(n).mean(axes));
        dx = Optional.of(g.minus(g.mean(axes)).minus(along).times(r));
      }
    }
    if (node.wants(0)) {
      dx.ifPresent(value -> node.give(0, value));
      moments(node, r, n);
    }
  }

  private static void moments(Adjoint node, Value r, Value n) {
    if (node.upstream(1).isEmpty() && node.upstream(2).isEmpty()) {
      return;
    }
    Value count = n.op("Size").op("Div", r.op("Size")).cast(n.type());
    node.upstream(1).ifPresent(d -> node.give(0, node.expanded(d.over(count), 0)));
    node.upstream(2)
        .ifPresent(d -> node.give(0, n.times(d.times(r).times(r).over(count)).negative()));
  }

  private static boolean isGiven(Adjoint node, int output) {
    return !node.node().output(output).isEmpty();
  }
}
