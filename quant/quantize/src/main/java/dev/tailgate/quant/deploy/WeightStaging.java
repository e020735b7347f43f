package dev.tailgate.quant.deploy;

import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.ir.StagedTensors;
import dev.tailgate.quant.placement.QuantPoint;
import dev.tailgate.quant.placement.Quantizer;
import dev.tailgate.quant.scheme.NumberFormat;
import dev.tailgate.quant.scheme.QuantParams;
import dev.tailgate.quant.weights.WeightCodes;
import java.util.LinkedHashMap;
import java.util.Map;

/** Writes quantized weights to a staging file, one after another, whatever their size. */
public final class WeightStaging {
  private WeightStaging() {}

  /** A weight as it is stored: its numbers, and the grid they are on. */
  public record Stored(ConstantTensor codes, QuantParams params) {}

  /** Stages every weight; by the name of the weight. */
  public static Map<String, Stored> stage(
      OnnxModel model, Map<QuantPoint, Quantizer> quantizers, StagedTensors staged) {
    boolean activations =
        quantizers.keySet().stream().anyMatch(QuantPoint.Activation.class::isInstance);
    Map<String, QuantParams> grids = new LinkedHashMap<>();
    quantizers.forEach(
        (point, quantizer) -> {
          if (point instanceof QuantPoint.Weight weight
              && quantizer instanceof Quantizer.Fixed fixed) {
            QuantParams params = fixed.params();
            // Between quantized activations, integer kernels read whole bytes only.
            NumberFormat format = params.format().deployed(activations);
            ElementType type = format.storage().type();
            ConstantTensor tensor = model.graph().constant(weight.tensor()).orElseThrow();
            staged.add(
                weight.tensor(),
                type,
                weight.dims(),
                out -> WeightCodes.write(tensor, params, type, out));
            grids.put(weight.tensor(), params.in(format));
          }
        });
    Map<String, Stored> stored = new LinkedHashMap<>();
    staged
        .sealed()
        .forEach(
            (name, codes) -> {
              QuantParams params = grids.get(name);
              if (params != null) {
                stored.put(name, new Stored(codes, params));
              }
            });
    return stored;
  }
}
