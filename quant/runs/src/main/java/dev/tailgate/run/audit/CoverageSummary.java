package dev.tailgate.run.audit;

import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.quant.placement.QuantPoint;
import dev.tailgate.quant.plan.Calibrated;
import dev.tailgate.result.WeightCoverage;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** How much of the weights a quantization reached. */
final class CoverageSummary {
  private CoverageSummary() {}

  static WeightCoverage of(Calibrated quantization) {
    Set<String> quantized =
        quantization.quantizers().keySet().stream()
            .filter(QuantPoint.Weight.class::isInstance)
            .map(point -> quantization.model().graph().stored(point.tensor()))
            .collect(Collectors.toSet());
    long all = 0;
    long reached = 0;
    for (Map.Entry<String, ConstantTensor> entry :
        quantization.model().graph().initializers().entrySet()) {
      ConstantTensor tensor = entry.getValue();
      boolean isWeight = tensor.type().isFloat() && tensor.dims().size() >= 2;
      boolean isQuantized = quantized.contains(entry.getKey());
      if (isWeight) {
        all += tensor.elementCount();
        reached += isQuantized ? tensor.elementCount() : 0;
      }
    }
    return new WeightCoverage(all, reached);
  }
}
