package dev.tailgate.quant.audit;

import dev.tailgate.onnx.ir.ElementReader;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.quant.qdq.QuantPoint;
import dev.tailgate.quant.scheme.QuantParams;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Min-max ranges of weights: symmetric, per tensor. */
final class WeightGrids {
  private WeightGrids() {}

  static Map<QuantPoint, QuantParams> of(OnnxModel model, List<QuantPoint.Weight> weights) {
    Map<QuantPoint, QuantParams> grids = new LinkedHashMap<>();
    for (QuantPoint.Weight weight : weights) {
      double[] range = {Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY};
      ElementReader.forEach(
          model.graph().constant(weight.tensor()).orElseThrow(),
          x -> {
            range[0] = Math.min(range[0], x);
            range[1] = Math.max(range[1], x);
          });
      if (range[0] <= range[1]) {
        grids.put(weight, QuantParams.weight(range[0], range[1]));
      }
    }
    return grids;
  }
}
