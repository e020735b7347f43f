package dev.tailgate.quant.calibrate;

import dev.tailgate.onnx.build.Ops;
import java.util.List;

/**
 * Emits the range with which a point quantizes while it is being calibrated.
 *
 * <pre>
 *   minmax              union of the range so far and that of this batch
 *   running estimators  m times the range so far plus 1 - m times that of this batch
 *   others              the range so far; in the first batch the smallest and largest value
 * </pre>
 *
 * In the first batch of a point the range so far is none, and that of the batch stands alone; a
 * batch without a value leaves it as it is. Ranges of sequential calibration therefore depend on
 * the order and size of batches, whatever the estimator.
 */
final class InPlaceRange {
  private final Ops ops;
  private final RangeEstimator estimator;

  InPlaceRange(Ops ops, RangeEstimator estimator) {
    this.ops = ops;
    this.estimator = estimator;
  }

  /** The range after this batch, given its extremes and percentiles. */
  PercentileNodes.Ends updated(
      int row, SliceExtremes extremes, List<PercentileNodes.Ends> percentiles) {
    String low = ops.reduce("ReduceMin", extremes.realMin(ops), 0);
    String high = ops.reduce("ReduceMax", extremes.realMax(ops), 0);
    // The estimator that quantizes is the first of all, so its percentiles come first too.
    boolean clips = estimator instanceof RangeEstimator.RunningPercentile;
    PercentileNodes.Ends batch = clips ? percentiles.get(0) : new PercentileNodes.Ends(low, high);
    String isEmpty = ops.op("Greater", low, high);
    String isFirst = ops.op("Gather", CalibrationPass.FIRST, ops.longs(row));
    return new PercentileNodes.Ends(
        end(old(2L * row), batch.low(), "Min", isFirst, isEmpty),
        end(old(2L * row + 1), batch.high(), "Max", isFirst, isEmpty));
  }

  private String old(long index) {
    return ops.op("Gather", CalibrationPass.RANGES, ops.longs(index));
  }

  private String end(String old, String batch, String union, String isFirst, String isEmpty) {
    String usual = ops.op("Where", isFirst, batch, combined(old, batch, union));
    return ops.op("Where", isEmpty, old, usual);
  }

  private String combined(String old, String batch, String union) {
    if (estimator instanceof RangeEstimator.MinMax) {
      return ops.op(union, old, batch);
    }
    if (estimator instanceof RangeEstimator.RunningMinMax running) {
      return average(old, batch, running.momentum());
    }
    if (estimator instanceof RangeEstimator.RunningPercentile running) {
      return average(old, batch, running.momentum());
    }
    return old;
  }

  private String average(String old, String batch, double momentum) {
    return ops.op(
        "Add",
        ops.op("Mul", old, ops.scalar((float) momentum)),
        ops.op("Mul", batch, ops.scalar((float) (1 - momentum))));
  }
}
