package dev.tailgate.quant.quantize;

import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.role.TapMap;
import dev.tailgate.quant.calibrate.RangeEstimator;
import dev.tailgate.quant.qdq.Placement;
import dev.tailgate.quant.qdq.PlacementPlan;
import dev.tailgate.quant.qdq.PlacementRequest;
import dev.tailgate.quant.scheme.QuantScheme;
import java.util.List;

/**
 * How a model is to be quantized.
 *
 * @param placement where quantizers go
 * @param selection which products and tables a placement may take
 * @param estimators range estimators of activations, at least one; all are fed in one pass
 * @param weightRange how ranges of weights follow from their values
 * @param calibrationBatches batches the ranges are estimated on, at most
 * @param sequential whether later layers see quantized inputs while their ranges are estimated
 */
public record QuantizationSettings(
    QuantScheme scheme,
    Placement placement,
    PlacementRequest selection,
    List<RangeEstimator> estimators,
    WeightRange weightRange,
    int calibrationBatches,
    boolean sequential) {
  /** Refuses settings without an estimator. */
  public QuantizationSettings {
    estimators = List.copyOf(estimators);
    if (estimators.isEmpty()) {
      throw new IllegalArgumentException("At least one range estimator is needed");
    }
  }

  /**
   * What is quantized in {@code model}.
   *
   * @throws dev.tailgate.onnx.ir.ModelException where a selector matches nothing
   */
  public PlacementPlan plan(OnnxModel model, TapMap taps) {
    return placement.plan(model, taps, selection);
  }
}
