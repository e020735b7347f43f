package dev.tailgate.onnx.gradient.quantized;

import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.gradient.adjoint.Adjoint;
import dev.tailgate.onnx.gradient.adjoint.GradientRule;
import dev.tailgate.onnx.ir.OnnxNode;

/**
 * The straight-through estimator over a pair of {@code QuantizeLinear} and {@code DequantizeLinear}
 * with one scale {@code s} and zero point {@code z}:
 *
 * <pre>{@code
 * y = s c,  c = clip(round(x / s), qmin - z, qmax - z)
 * }</pre>
 *
 * <p>Rounding counts as the identity, so that with {@code m = 1} where {@code round(x / s)} lies
 * within the bounds, themselves included, and 0 elsewhere
 *
 * <pre>{@code
 * dx = dy m
 * ds = sum(dy (c - m x / s)) = sum(dy (y - m x)) / s
 * }</pre>
 *
 * <p>which is {@code round(x / s) - x / s} inside and the bound outside: LSQ (Esser et al., 2020,
 * arXiv 1902.08153, equation 3). Its factor {@code 1 / sqrt(N qmax)} is a matter of the optimiser.
 * One scale a channel is summed over the other axes. Zero points are constants.
 *
 * <p>After {@code DynamicQuantizeLinear}, whose range holds all of {@code x}, {@code dx = dy}, the
 * range being taken as constant. Of integers that are constant, {@code ds = sum(dy y) / s}.
 */
public final class DequantizeLinearGradient implements GradientRule {
  private static final int SCALE = 1;

  @Override
  public void backward(Adjoint node) {
    Value dy = node.upstream();
    if (!node.wants(0)) {
      if (node.wants(SCALE)) {
        Grid grid = Grid.of(node, node.node());
        node.give(SCALE, grid.scaleSum(dy.times(node.out(0))));
      }
      return;
    }
    OnnxNode quantizer =
        node.producer(0)
            .filter(n -> n.is("QuantizeLinear") || n.is("DynamicQuantizeLinear"))
            .orElseThrow(
                () -> node.refusal("the integers it reads do not come from a QuantizeLinear"));
    if (quantizer.is("DynamicQuantizeLinear")) {
      node.giveTo(quantizer.input(0), dy);
    } else {
      Pairing.require(node, quantizer);
      pair(node, quantizer, dy);
    }
  }

  private static void pair(Adjoint node, OnnxNode quantizer, Value dy) {
    Grid grid = Grid.of(node, quantizer);
    Value x = node.graph().value(quantizer.input(0));
    Value inside = grid.inside(x).cast(x.type());
    if (node.wants(quantizer.input(0))) {
      node.giveTo(quantizer.input(0), dy.times(inside));
    }
    if (node.wants(SCALE)) {
      Value error = node.out(0).minus(x.times(inside));
      node.give(SCALE, grid.scaleSum(dy.times(error)));
    }
  }
}
