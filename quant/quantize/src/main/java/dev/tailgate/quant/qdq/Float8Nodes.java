package dev.tailgate.quant.qdq;

import dev.tailgate.onnx.build.Ops;
import dev.tailgate.quant.scheme.QuantParams;

/**
 * Rounding to 8-bit floats (4 exponent bits, 3 mantissa bits, no infinities) in float32 nodes.
 *
 * <p>The step at y is {@code max(2^floor(log2 |y|), 2^-6) / 8}. The power of two comes from four
 * exact-by-design float operations (Rump, Ogita and Oishi 2008, algorithm 3.5): {@code q = (2^23 +
 * 1) y}, {@code |q - (1 - 2^-24) q|}.
 */
final class Float8Nodes {
  private static final float LARGEST = 448;
  private static final float SMALLEST_POWER = 1f / 64;

  private final Ops ops;
  private final GridNodes grids;

  Float8Nodes(Ops ops, GridNodes grids) {
    this.ops = ops;
    this.grids = grids;
  }

  String round(String x, int rank, QuantParams params) {
    return round(x, grids.scale(params, rank));
  }

  /** {@code scale * float8(x / scale)}, saturating. */
  String round(String x, String scale) {
    String high = ops.scalar(LARGEST);
    String low = ops.scalar(-LARGEST);
    String y = ops.op("Min", ops.op("Max", ops.op("Div", x, scale), low), high);
    String q = ops.op("Mul", y, ops.scalar(8388609f));
    String almost = ops.op("Mul", q, ops.scalar(Math.nextDown(1f)));
    String power = ops.op("Abs", ops.op("Sub", q, almost));
    String step =
        ops.op("Mul", ops.op("Max", power, ops.scalar(SMALLEST_POWER)), ops.scalar(0.125f));
    String rounded = ops.op("Mul", grids.round(ops.op("Div", y, step)), step);
    String saturated = ops.op("Min", ops.op("Max", rounded, low), high);
    return ops.op("Mul", saturated, scale);
  }
}
