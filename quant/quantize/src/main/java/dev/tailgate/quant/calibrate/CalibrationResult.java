package dev.tailgate.quant.calibrate;

import dev.tailgate.quant.placement.QuantPoint;
import dev.tailgate.stats.Range;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What calibration found.
 *
 * @param ranges by estimator, in the order asked for, and point, in the order given
 * @param faults what was left out of them
 * @param batches batches the ranges are estimated on
 * @param passes how often the data was gone over
 */
public record CalibrationResult(
    Map<RangeEstimator, Map<QuantPoint.Activation, Range>> ranges,
    List<DataFault> faults,
    int batches,
    int passes) {
  /** Copies maps and list. */
  public CalibrationResult {
    Map<RangeEstimator, Map<QuantPoint.Activation, Range>> copy = new LinkedHashMap<>();
    ranges.forEach(
        (estimator, points) ->
            copy.put(estimator, Collections.unmodifiableMap(new LinkedHashMap<>(points))));
    ranges = Collections.unmodifiableMap(copy);
    faults = List.copyOf(faults);
  }
}
