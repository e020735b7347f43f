package dev.tailgate.quant.qdq;

import dev.tailgate.onnx.build.Ops;
import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.quant.scheme.NumberFormat;
import dev.tailgate.quant.scheme.QuantParams;
import dev.tailgate.quant.scheme.ScaleLayout;
import dev.tailgate.quant.scheme.TensorScheme;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * Grids in float32 nodes: {@code scale * nearest(x / scale)}, and with a zero point z {@code scale
 * * round(clip(x / scale, qmin - z, qmax - z))}. Equal to what the operators of ONNX give, bit for
 * bit but for the sign of a zero: up to 16 bits every number in between is a float.
 */
final class GridNodes {
  private static final float SMALLEST_MAX = 1e-8f;

  private final Ops ops;

  GridNodes(Ops ops) {
    this.ops = ops;
  }

  /** Rounds to a known grid. */
  String fixed(String x, int rank, QuantParams params) {
    NumberFormat format = params.format();
    String scale = scale(params, rank);
    String steps = ops.op("Div", x, scale);
    if (params.isZeroCentred()) {
      return ops.op("Mul", format.nearest(ops, steps), scale);
    }
    // Clipping to integers before rounding is the same as after, and needs no zero point twice.
    String low = perScale(params, rank, "low", z -> (float) format.lowest() - z);
    String high = perScale(params, rank, "high", z -> (float) format.highest() - z);
    return ops.op("Mul", ops.round(ops.op("Min", ops.op("Max", steps, low), high)), scale);
  }

  /** Rounds each row to a grid that covers it, widened to hold 0. */
  String perToken(String x, TensorScheme scheme) {
    boolean magnitude = isZeroCentred(scheme);
    String top = ops.reduce("ReduceMax", magnitude ? ops.op("Abs", x) : x, -1);
    return between(x, magnitude ? top : ops.reduce("ReduceMin", x, -1), top, scheme);
  }

  /** Rounds all of {@code x} to one grid that covers it, widened to hold 0. */
  String perTensor(String x, int rank, TensorScheme scheme) {
    long[] axes = LongStream.range(0, rank).toArray();
    if (rank == 0) {
      return between(x, x, x, scheme);
    }
    return between(x, ops.reduce("ReduceMin", x, axes), ops.reduce("ReduceMax", x, axes), scheme);
  }

  /** Whether the grid follows from the largest magnitude alone. */
  static boolean isZeroCentred(TensorScheme scheme) {
    return scheme.symmetric() && scheme.format().lowest() < 0;
  }

  /** Rounds to the grid of a range that is a value of the graph, widened to hold 0. */
  String between(String x, String low, String high, TensorScheme scheme) {
    Computed grid = grid(low, high, scheme);
    NumberFormat format = scheme.format();
    String steps = ops.op("Div", x, grid.scale());
    if (grid.zeroPoint().isEmpty()) {
      return ops.op("Mul", format.nearest(ops, steps), grid.scale());
    }
    String q = ops.op("Add", ops.round(steps), grid.zeroPoint().get());
    String saturated = clip(q, format);
    return ops.op("Mul", ops.op("Sub", saturated, grid.zeroPoint().get()), grid.scale());
  }

  /** Scale and, unless it is 0, zero point, both float32. */
  record Computed(String scale, Optional<String> zeroPoint) {}

  /** {@code GridRule} in nodes, in float32. */
  Computed grid(String low, String high, TensorScheme scheme) {
    if (isZeroCentred(scheme)) {
      String top = ops.op("Max", ops.op("Abs", low), ops.op("Abs", high));
      return new Computed(step(top, scheme.format().highest()), Optional.empty());
    }
    NumberFormat format = scheme.format();
    String from = ops.op("Min", low, ops.scalar(0));
    String to = ops.op("Max", high, ops.scalar(SMALLEST_MAX));
    double levels = format.highest() - format.lowest();
    if (scheme.symmetric()) {
      // The middle and twice the width where a value is negative, else 0 and the width.
      String negative = ops.cast(ops.op("Less", low, ops.scalar(0)), ElementType.FLOAT);
      String top = ops.op("Max", to, ops.op("Neg", from));
      String width = ops.op("Mul", top, ops.op("Add", negative, ops.scalar(1)));
      double middle = Math.rint((format.lowest() + format.highest()) / 2);
      return new Computed(
          step(width, levels), Optional.of(ops.op("Mul", negative, ops.scalar((float) middle))));
    }
    String scale = step(ops.op("Sub", to, from), levels);
    String least = ops.scalar((float) format.lowest());
    String zero = ops.round(ops.op("Sub", least, ops.op("Div", from, scale)));
    return new Computed(scale, Optional.of(clip(zero, format)));
  }

  private String step(String width, double levels) {
    String scale = ops.op("Div", width, ops.scalar((float) levels));
    return ops.op("Max", scale, ops.scalar(Float.MIN_NORMAL));
  }

  private String clip(String x, NumberFormat format) {
    String above = ops.op("Max", x, ops.scalar((float) format.lowest()));
    return ops.op("Min", above, ops.scalar((float) format.highest()));
  }

  /** Scales in a shape that broadcasts against a tensor of {@code rank}. */
  private String scale(QuantParams params, int rank) {
    if (params.layout() instanceof ScaleLayout.Whole) {
      return ops.scalar(params.scale(0));
    }
    return laidOut(params, rank, "scale", params.scales());
  }

  private interface OfZeroPoint {
    float value(int zeroPoint);
  }

  private String perScale(QuantParams params, int rank, String name, OfZeroPoint of) {
    float[] values = new float[params.count()];
    for (int i = 0; i < values.length; i++) {
      values[i] = of.value(params.zeroPoint(i));
    }
    return params.layout() instanceof ScaleLayout.Whole
        ? ops.scalar(values[0])
        : laidOut(params, rank, name, values);
  }

  private String laidOut(QuantParams params, int rank, String name, float[] values) {
    if (params.layout() instanceof ScaleLayout.Blocks blocks) {
      String few = constant(name, blocks.dims(), values);
      return ops.node("Gather", few, blockOf(blocks)).attribute("axis", (long) blocks.axis()).add();
    }
    List<Long> dims = new ArrayList<>(Collections.nCopies(rank, 1L));
    dims.set(((ScaleLayout.Axis) params.layout()).axis(), (long) values.length);
    return constant(name, dims, values);
  }

  private String constant(String name, List<Long> dims, float[] values) {
    return ops.edit().constant(ConstantTensor.ofFloats(Ops.PREFIX + name, dims, values));
  }

  /** Which block each element of the axis is in. */
  private String blockOf(ScaleLayout.Blocks blocks) {
    long length = blocks.length();
    return ops.longs(LongStream.range(0, length).map(k -> k / blocks.size()).toArray());
  }
}
