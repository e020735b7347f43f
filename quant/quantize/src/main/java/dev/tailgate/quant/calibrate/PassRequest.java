package dev.tailgate.quant.calibrate;

import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.layer.ModelMap;
import dev.tailgate.quant.placement.QuantPoint;
import dev.tailgate.quant.placement.Quantizer;
import dev.tailgate.quant.scheme.TensorScheme;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What one pass over the data estimates.
 *
 * @param points whose ranges are estimated
 * @param quantized what is rounded to known grids meanwhile: weights, and activations of earlier
 *     passes where calibration is sequential
 * @param scores positions of the points that are attention scores or masks
 * @param sequential whether points quantize in place, with the first estimator's range
 * @param scheme grid of activations
 */
record PassRequest(
    OnnxModel model,
    List<QuantPoint.Activation> points,
    Map<QuantPoint, Quantizer> quantized,
    EstimatorNeeds needs,
    Set<Integer> scores,
    boolean padded,
    boolean sequential,
    TensorScheme scheme) {

  /** The request that {@code settings} make of these points. */
  static PassRequest of(
      CalibrationSettings settings,
      ModelMap map,
      List<QuantPoint.Activation> points,
      Map<QuantPoint, Quantizer> quantized,
      boolean padded) {
    ScoreTensors tensors = new ScoreTensors(map);
    Set<Integer> scores = new HashSet<>();
    for (int i = 0; i < points.size(); i++) {
      if (tensors.contains(points.get(i).tensor())) {
        scores.add(i);
      }
    }
    return new PassRequest(
        map.model(),
        points,
        quantized,
        new EstimatorNeeds(settings.estimators()),
        scores,
        padded,
        settings.sequential(),
        settings.scheme());
  }
}
