package dev.tailgate.quant.encodings;

import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.quant.placement.QuantPoint;
import dev.tailgate.quant.placement.WeightAxes;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What files of other tools leave to the model: which tensors are weights, and their axes. */
public final class ModelTensors {
  private final OnnxModel model;
  private final Map<String, WeightAxes> axes = new HashMap<>();

  /** Axes are known of {@code weights} alone. */
  public ModelTensors(OnnxModel model, List<QuantPoint.Weight> weights) {
    this.model = model;
    weights.forEach(weight -> axes.put(weight.tensor(), weight.axes()));
  }

  boolean isConstant(String tensor) {
    return model.graph().constant(tensor).isPresent();
  }

  /** The shape of a constant. */
  Optional<List<Long>> dims(String tensor) {
    return model.graph().constant(tensor).map(ConstantTensor::dims);
  }

  WeightAxes axes(String tensor) {
    return axes.getOrDefault(tensor, WeightAxes.UNKNOWN);
  }
}
