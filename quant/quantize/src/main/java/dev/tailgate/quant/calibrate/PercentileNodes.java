package dev.tailgate.quant.calibrate;

import dev.tailgate.onnx.build.Ops;
import dev.tailgate.onnx.ir.ElementType;
import java.util.List;
import java.util.Optional;

/**
 * Emits the percentiles of one activation over one batch, exactly: the k largest elements lie in
 * the k slices with the largest maxima, so only these are gathered and searched.
 */
final class PercentileNodes {
  private final Ops ops;
  private final TailNodes tails;

  PercentileNodes(Ops ops) {
    this.ops = ops;
    this.tails = new TailNodes(ops);
  }

  /** Names of a lower and an upper end, float32 {@code [1]}. */
  record Ends(String low, String high) {}

  /**
   * The percentiles {@code (100 - percent, percent)}; without meaning where the batch has no
   * element or has NaN.
   *
   * @param faults number of elements that are not counted, float64 {@code [1]}
   */
  Ends of(SliceExtremes x, Optional<String> faults, double percent) {
    String count = count(x, faults);
    // Position of the percentile counted from the top, (1 - p)(n - 1), in doubles: n may be 1e8.
    String last = ops.op("Sub", count, real(1));
    String position = ops.op("Max", ops.op("Mul", last, real(1 - percent / 100)), real(0));
    String below = ops.op("Floor", position);
    String fraction = ops.cast(ops.op("Sub", position, below), ElementType.FLOAT);
    String first = ops.cast(below, ElementType.INT64);
    String second =
        ops.cast(
            ops.op("Max", ops.op("Min", ops.op("Add", below, real(1)), last), real(0)),
            ElementType.INT64);
    String k = ops.op("Add", second, ops.longs(1));
    String both = ops.concat(0, List.of(first, second));
    return new Ends(
        between(x.realMin(ops), masked(x.low(), x, Float.POSITIVE_INFINITY), 0, k, both, fraction),
        between(
            x.realMax(ops), masked(x.high(), x, Float.NEGATIVE_INFINITY), 1, k, both, fraction));
  }

  private String count(SliceExtremes x, Optional<String> faults) {
    String size = ops.reshape(ops.cast(ops.op("Size", x.low()), ElementType.DOUBLE), 1);
    if (x.real().isPresent()) {
      String slices = ops.cast(ops.op("Shape", x.min()), ElementType.DOUBLE);
      String real = ops.reduce("ReduceSum", ops.cast(x.real().get(), ElementType.DOUBLE), 0);
      size = ops.op("Mul", ops.op("Div", size, slices), real);
    }
    String all = size;
    return faults.map(f -> ops.op("Sub", all, f)).orElse(all);
  }

  private String masked(String flat, SliceExtremes x, float neutral) {
    return x.real()
        .map(r -> ops.op("Where", ops.reshape(r, -1, 1), flat, ops.scalar(neutral)))
        .orElse(flat);
  }

  private String between(
      String extremes, String flat, long largest, String k, String both, String fraction) {
    String few = tails.min(k, ops.op("Shape", extremes));
    String rows = ops.op("Gather", flat, tails.top(extremes, few, largest).indices());
    String top = tails.top(ops.reshape(rows, -1), k, largest).values();
    String two = ops.op("Gather", top, both);
    String first = ops.op("Gather", two, ops.longs(0));
    String second = ops.op("Gather", two, ops.longs(1));
    return ops.op("Add", first, ops.op("Mul", fraction, ops.op("Sub", second, first)));
  }

  private String real(double value) {
    return ops.scalar(ElementType.DOUBLE, value);
  }
}
