package dev.tailgate.onnx.gradient;

import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.Dim;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.GraphEdit;
import dev.tailgate.onnx.ir.ModelException;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.ir.ValueInfo;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Makes inputs of some initialisers, under their own names and with their types and shapes, so that
 * whoever runs the model says what they are: weights that are trained change from run to run. All
 * that reads them stays as it is.
 */
public final class WeightInputs {
  private WeightInputs() {}

  /**
   * {@code model} with these initialisers as inputs, behind those it has, in the order given.
   *
   * @throws ModelException where one is no initialiser, or is an output as it stands
   */
  public static OnnxModel of(OnnxModel model, Collection<String> weights) {
    GraphEdit edit = model.edit();
    for (String weight : weights) {
      ConstantTensor constant = model.graph().initializers().get(weight);
      if (constant == null || constant.type() == ElementType.UNDEFINED) {
        throw ModelException.doing("making a weight an input")
            .expected("an initialiser " + weight)
            .found("none of that name")
            .fix("Name weights as the model does.");
      }
      if (model.graph().isOutput(weight)) {
        throw ModelException.doing("making a weight an input")
            .expected("a weight that only nodes read")
            .found(weight + ", which is an output of the model")
            .fix("Leave it out of what is trained (--freeze).");
      }
      List<Dim> dims = constant.dims().stream().map(Dim::of).toList();
      edit.removeConstant(weight);
      edit.addInput(new ValueInfo(weight, constant.type(), Optional.of(dims)));
    }
    return edit.commit();
  }
}
