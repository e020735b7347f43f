package dev.tailgate.quant.audit;

import dev.tailgate.onnx.ir.ElementReader;
import dev.tailgate.onnx.ir.MinMax;
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
      MinMax range = ElementReader.range(model.graph().constant(weight.tensor()).orElseThrow());
      if (range.min() <= range.max()) {
        grids.put(weight, QuantParams.weight(range.min(), range.max()));
      }
    }
    return grids;
  }
}
