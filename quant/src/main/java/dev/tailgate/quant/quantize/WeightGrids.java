package dev.tailgate.quant.quantize;

import dev.tailgate.onnx.ir.ElementReader;
import dev.tailgate.onnx.ir.MinMax;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.quant.qdq.QuantPoint;
import dev.tailgate.quant.scheme.GridRule;
import dev.tailgate.quant.scheme.QuantParams;
import dev.tailgate.quant.scheme.TensorScheme;
import dev.tailgate.stats.Range;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The grids of weights, from their values. */
public final class WeightGrids {
  private WeightGrids() {}

  /**
   * Grids by weight, in the order given; weights without a finite value are left out.
   *
   * @param scheme format, symmetry and granularity
   * @param range how ranges follow from values
   */
  public static Map<QuantPoint, QuantParams> of(
      OnnxModel model, List<QuantPoint.Weight> weights, TensorScheme scheme, WeightRange range) {
    Map<QuantPoint, QuantParams> grids = new LinkedHashMap<>();
    for (QuantPoint.Weight weight : weights) {
      MinMax found = ElementReader.range(model.graph().constant(weight.tensor()).orElseThrow());
      if (found.min() <= found.max()) {
        Range whole = new Range(found.min(), found.max());
        grids.put(weight, GridRule.grid(scheme, whole).perTensor());
      }
    }
    return grids;
  }
}
