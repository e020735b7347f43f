package dev.tailgate.quant.audit;

import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.quant.calibrate.RangeEstimator;
import dev.tailgate.quant.qdq.PapersPlacement;
import dev.tailgate.quant.qdq.QuantPoint;
import dev.tailgate.quant.scheme.QuantParams;
import dev.tailgate.stats.Range;
import dev.tailgate.stats.result.QuantizationInfo;
import dev.tailgate.stats.result.QuantizedPoint;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A finished W8A8 plan: the grid of every weight and activation.
 *
 * @param grids weights first, then activations in graph order
 */
record Quantization(
    Map<QuantPoint, QuantParams> grids,
    PapersPlacement.Plan plan,
    RangeEstimator estimator,
    int calibrationBatches,
    boolean sequential) {

  static Quantization of(
      Map<QuantPoint, QuantParams> weights,
      Map<QuantPoint.Activation, Range> ranges,
      PapersPlacement.Plan plan,
      RangeEstimator estimator,
      int calibrationBatches,
      boolean sequential) {
    Map<QuantPoint, QuantParams> grids = new LinkedHashMap<>(weights);
    ranges.forEach(
        (point, range) -> grids.put(point, QuantParams.activation(range.min(), range.max())));
    return new Quantization(grids, plan, estimator, calibrationBatches, sequential);
  }

  /** What the quantizer of {@code tensor} can represent. */
  Optional<dev.tailgate.stats.result.Range> clipping(String tensor) {
    return grids.entrySet().stream()
        .filter(e -> e.getKey().tensor().equals(tensor))
        .findFirst()
        .map(e -> new dev.tailgate.stats.result.Range(e.getValue().min(), e.getValue().max()));
  }

  QuantizationInfo info() {
    return new QuantizationInfo(
        "w8a8",
        "8 bit, symmetric, per tensor, min-max",
        "8 bit, asymmetric, per tensor, " + estimator.label(),
        estimator.label(),
        calibrationBatches,
        "quantize-dequantize in float, half to even, int8 fusion off; "
            + (sequential
                ? "sequential calibration (later layers see quantized inputs)"
                : "calibration on float activations"),
        plan.keptFloat().stream()
            .map(kept -> new QuantizationInfo.KeptFloat(kept.node(), kept.reason()))
            .toList());
  }

  static QuantizationInfo none() {
    return new QuantizationInfo("none", "float", "float", "none", 0, "not quantized", List.of());
  }

  List<QuantizedPoint> points() {
    List<QuantizedPoint> points = new ArrayList<>();
    grids.forEach(
        (point, grid) -> {
          boolean weight = point instanceof QuantPoint.Weight;
          points.add(
              new QuantizedPoint(
                  point.tensor(),
                  weight ? QuantizedPoint.Kind.WEIGHT : QuantizedPoint.Kind.ACTIVATION,
                  point.role(),
                  8,
                  grid.type() == ElementType.INT8,
                  weight,
                  grid.scale(),
                  grid.zeroPoint(),
                  grid.min(),
                  grid.max()));
        });
    return points;
  }
}
