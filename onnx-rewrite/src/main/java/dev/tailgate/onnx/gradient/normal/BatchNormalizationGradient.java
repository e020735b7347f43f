package dev.tailgate.onnx.gradient.normal;

import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.gradient.adjoint.Adjoint;
import dev.tailgate.onnx.gradient.adjoint.GradientRule;

/**
 * {@code y = (x - mean) r scale + bias} with {@code r = 1 / sqrt(var + epsilon)} of given
 * statistics, one of each a channel of {@code [N, C, ...]}. With sums over all axes but the
 * channels,
 *
 * <pre>{@code
 * dx = dy r scale,  dbias = sum(dy),  dscale = r sum(dy (x - mean)),
 * dmean = -r scale sum(dy),  dvar = -r^3 scale sum(dy (x - mean)) / 2
 * }</pre>
 *
 * <p>Statistics of the batch itself, {@code training_mode}, are refused.
 */
public final class BatchNormalizationGradient implements GradientRule {
  private static final int SCALE = 1;
  private static final int BIAS = 2;
  private static final int MEAN = 3;
  private static final int VARIANCE = 4;

  @Override
  public void backward(Adjoint node) {
    if (node.node().intAttribute("training_mode", 0) != 0) {
      throw node.refusal("it normalises by statistics of the batch (training_mode)");
    }
    double epsilon = node.node().floatAttribute("epsilon", 1e-5f);
    Value scale = node.in(SCALE);
    Value r = node.in(VARIANCE).plus(epsilon).sqrt().op("Reciprocal");
    Value rows = node.graph().longs(0, 0, -1);
    Value dy = node.upstream().op("Reshape", rows);
    if (node.wants(0)) {
      Value dx = dy.times(r.times(scale).unsqueeze(1));
      node.give(0, dx.op("Reshape", node.in(0).shape()));
    }
    if (node.wants(BIAS) || node.wants(MEAN)) {
      Value sum = dy.sum(0, 2).reshape(-1);
      node.give(BIAS, sum);
      if (node.wants(MEAN)) {
        node.give(MEAN, sum.times(r).times(scale).negative());
      }
    }
    if (node.wants(SCALE) || node.wants(VARIANCE)) {
      Value centred = node.in(0).op("Reshape", rows).minus(node.in(MEAN).unsqueeze(1));
      Value product = dy.times(centred).sum(0, 2).reshape(-1).times(r);
      node.give(SCALE, product);
      if (node.wants(VARIANCE)) {
        node.give(VARIANCE, product.times(r).times(r).times(scale).times(-0.5));
      }
    }
  }
}
