package dev.tailgate.quant.calibrate;

import dev.tailgate.onnx.build.Ops;
import dev.tailgate.onnx.ir.Dim;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.GraphEdit;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.ir.ValueInfo;
import dev.tailgate.onnx.tap.SliceWeights;
import dev.tailgate.quant.qdq.FakeQuant;
import dev.tailgate.quant.qdq.InsertQuantizeDequantize;
import dev.tailgate.quant.qdq.QuantPoint;
import dev.tailgate.quant.qdq.Quantizer;
import dev.tailgate.quant.scheme.TensorScheme;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Makes the model that estimates activation ranges. The ranges so far come in as {@code RANGES [P,
 * 2]}, the ranges after this batch go out as {@code UPDATED [P, 2]}; nothing else is kept, so
 * memory does not grow with the number of batches.
 *
 * <p>In sequential mode each point also quantizes with its updated range right away, so that later
 * layers see quantized inputs while their ranges are estimated, as the papers' code does.
 */
final class CalibrationPass {
  static final String RANGES = "tailgate/ranges";
  static final String FIRST = "tailgate/first";

  record Calibrating(OnnxModel model, String updated) {}

  private final Ops ops;
  private final FakeQuant nodes;
  private final BatchRange batchRange;
  private final SliceWeights weights;
  private final RangeEstimator estimator;
  private final TensorScheme scheme;

  private CalibrationPass(
      OnnxModel model, Ops ops, boolean padded, RangeEstimator estimator, TensorScheme scheme) {
    this.ops = ops;
    this.nodes = new FakeQuant(model, ops);
    this.batchRange = new BatchRange(ops);
    this.weights = new SliceWeights(ops, padded);
    this.estimator = estimator;
    this.scheme = scheme;
  }

  /**
   * Builds the model.
   *
   * @param weights grids of weights; they are rounded from the first batch on
   */
  static Calibrating apply(
      OnnxModel model,
      List<QuantPoint.Activation> points,
      Map<QuantPoint, Quantizer> weights,
      RangeEstimator estimator,
      boolean sequential,
      boolean padded,
      TensorScheme scheme) {
    GraphEdit edit = model.edit();
    edit.addInput(
        new ValueInfo(
            RANGES,
            ElementType.FLOAT,
            Optional.of(List.of(new Dim.Known(points.size()), new Dim.Known(2)))));
    edit.addInput(new ValueInfo(FIRST, ElementType.BOOL, Optional.of(List.of(new Dim.Known(1)))));
    Ops ops = new Ops(model, edit, "CalibrationPass");
    CalibrationPass pass = new CalibrationPass(model, ops, padded, estimator, scheme);
    weights.forEach(
        (weight, grid) -> InsertQuantizeDequantize.insert(ops, pass.nodes, weight, grid));
    List<String> updated = new ArrayList<>();
    for (int i = 0; i < points.size(); i++) {
      updated.add(pass.point(points.get(i), i, sequential));
    }
    String all = ops.concat(0, updated);
    edit.addOutput(new ValueInfo(all, ElementType.FLOAT, Optional.empty()));
    return new Calibrating(edit.commit(), all);
  }

  private String point(QuantPoint.Activation point, int row, boolean sequential) {
    ops.about(point.tensor());
    String x =
        point.type() == ElementType.FLOAT
            ? point.tensor()
            : ops.cast(point.tensor(), ElementType.FLOAT);
    Optional<String> mask =
        weights.of(point.tokens(), point.rank(), () -> ops.reduce("ReduceMax", x, -1));
    BatchRange.Ends batch =
        estimator instanceof RangeEstimator.Percentile percentile
            ? batchRange.percentile(x, point.rank(), mask, percentile.percent())
            : batchRange.minMax(x, point.rank(), mask);
    String old = ops.node("Gather", RANGES, ops.longs(row)).attribute("axis", 0).add();
    String oldLow = ops.node("Gather", old, ops.longs(0)).attribute("axis", 1).add();
    String oldHigh = ops.node("Gather", old, ops.longs(1)).attribute("axis", 1).add();
    String low = updated(ops.reshape(oldLow, 1), batch.low(), "Min");
    String high = updated(ops.reshape(oldHigh, 1), batch.high(), "Max");
    if (sequential) {
      String replacement = nodes.within(point.tensor(), point.type(), low, high, scheme);
      point.uses().forEach(use -> ops.edit().redirect(use, replacement));
    }
    return ops.reshape(ops.concat(0, List.of(low, high)), 1, 2);
  }

  private String updated(String old, String batch, String union) {
    String combined;
    if (estimator instanceof RangeEstimator.MinMax) {
      combined = ops.op(union, old, batch);
    } else {
      float momentum =
          (float)
              (estimator instanceof RangeEstimator.RunningMinMax running
                  ? running.momentum()
                  : ((RangeEstimator.Percentile) estimator).momentum());
      combined =
          ops.op(
              "Add",
              ops.op("Mul", old, ops.scalar(momentum)),
              ops.op("Mul", batch, ops.scalar(1 - momentum)));
    }
    return ops.op("Where", FIRST, batch, combined);
  }
}
