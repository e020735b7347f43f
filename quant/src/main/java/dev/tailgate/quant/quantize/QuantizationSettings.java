package dev.tailgate.quant.quantize;

import dev.tailgate.quant.calibrate.RangeEstimator;
import dev.tailgate.quant.qdq.Placement;
import dev.tailgate.quant.scheme.QuantScheme;
import java.util.List;

/**
 * How a model is to be quantized.
 *
 * @param estimators range estimators of activations, at least one; all are fed in one pass
 * @param weightRange how ranges of weights follow from their values
 * @param calibrationBatches batches the ranges are estimated on, at most
 * @param sequential whether later layers see quantized inputs while their ranges are estimated
 */
public record QuantizationSettings(
    QuantScheme scheme,
    Placement placement,
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
}
