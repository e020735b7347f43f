package dev.tailgate.quant.calibrate;

import dev.tailgate.onnx.build.Ops;
import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.ElementType;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * Emits the range of one activation over one batch, as two values of shape {@code [1]}.
 *
 * <p>Percentiles are exact without sorting the tensor: with k order statistics wanted, the k
 * largest elements lie in the k slices with the largest maxima. So only those slices are gathered
 * and searched, and a percentile costs little more than a maximum.
 */
final class BatchRange {
  private final Ops ops;

  BatchRange(Ops ops) {
    this.ops = ops;
  }

  /** Names of the lower and upper end. */
  record Ends(String low, String high) {}

  /** {@code weights}, where given, is positive for slices that are not padding. */
  Ends minMax(String x, int rank, Optional<String> weights) {
    return new Ends(extreme(x, rank, weights, false), extreme(x, rank, weights, true));
  }

  private String extreme(String x, int rank, Optional<String> weights, boolean upper) {
    String op = upper ? "ReduceMax" : "ReduceMin";
    String perSlice = unpadded(ops.reduce(op, x, -1), weights, upper);
    String all = ops.reduce(op, perSlice, LongStream.range(0, rank).toArray());
    return ops.reshape(all, 1);
  }

  private String unpadded(String perSlice, Optional<String> weights, boolean upper) {
    if (weights.isEmpty()) {
      return perSlice;
    }
    String real = ops.op("Greater", weights.get(), ops.scalar(0));
    return ops.op("Where", real, perSlice, ops.scalar(upper ? -Float.MAX_VALUE : Float.MAX_VALUE));
  }

  /** The {@code (100 - percent, percent)} percentiles of all elements that are not padding. */
  Ends percentile(String x, int rank, Optional<String> weights, double percent) {
    String flat = ops.node("Flatten", x).attribute("axis", rank - 1L).add();
    if (weights.isPresent()) {
      String real = ops.reshape(ops.op("Greater", weights.get(), ops.scalar(0)), -1);
      flat = ops.node("Compress", flat, real).attribute("axis", 0).add();
    }
    // Position of the percentile counted from the top, (1 - p)(n - 1), in doubles: n may be 1e8.
    String size = ops.cast(ops.op("Size", flat), ElementType.DOUBLE);
    String position =
        ops.op("Mul", ops.op("Sub", size, doubleScalar(1)), doubleScalar(1 - percent / 100));
    String below = ops.op("Floor", position);
    String fraction = ops.cast(ops.op("Sub", position, below), ElementType.FLOAT);
    String count = ops.op("Min", ops.op("Add", below, doubleScalar(2)), size);
    String k = ops.reshape(ops.cast(count, ElementType.INT64), 1);
    String index = ops.reshape(ops.cast(below, ElementType.INT64), 1);
    String high = orderStatistic(flat, k, index, fraction);
    String low = ops.op("Neg", orderStatistic(ops.op("Neg", flat), k, index, fraction));
    return new Ends(low, high);
  }

  private String orderStatistic(String flat, String k, String index, String fraction) {
    String sliceMax = ops.reshape(ops.reduce("ReduceMax", flat, 1), -1);
    String slices = ops.op("Shape", sliceMax);
    String few = minimum(k, slices);
    String rows = ops.node("TopK", sliceMax, few).outputs(2).addAll().get(1);
    String candidates = ops.reshape(ops.node("Gather", flat, rows).attribute("axis", 0).add(), -1);
    String top = ops.node("TopK", candidates, k).outputs(2).addAll().get(0);
    String first = ops.node("Gather", top, index).attribute("axis", 0).add();
    String next = minimum(ops.op("Add", index, ops.longs(1)), ops.op("Sub", k, ops.longs(1)));
    String second = ops.node("Gather", top, next).attribute("axis", 0).add();
    return ops.op("Add", first, ops.op("Mul", fraction, ops.op("Sub", second, first)));
  }

  /** Integer {@code Min} exists from opset 12 on only; doubles hold these counts exactly. */
  private String minimum(String a, String b) {
    String smaller =
        ops.op("Min", ops.cast(a, ElementType.DOUBLE), ops.cast(b, ElementType.DOUBLE));
    return ops.cast(smaller, ElementType.INT64);
  }

  private String doubleScalar(double value) {
    java.nio.ByteBuffer raw =
        java.nio.ByteBuffer.allocate(8).order(java.nio.ByteOrder.LITTLE_ENDIAN).putDouble(0, value);
    return ops.edit()
        .constant(ConstantTensor.of("tailgate/double", ElementType.DOUBLE, List.of(), raw));
  }
}
