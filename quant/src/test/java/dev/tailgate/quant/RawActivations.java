package dev.tailgate.quant;

import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.GraphEdit;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.ir.ValueInfo;
import dev.tailgate.quant.data.Batch;
import dev.tailgate.quant.data.Tensor;
import dev.tailgate.quant.runtime.ModelRunner;
import java.util.Optional;
import java.util.Set;

/** Fetches an activation itself, for expectations that do not use the code under test. */
public final class RawActivations {
  private RawActivations() {}

  public static Tensor of(OnnxModel model, String tensor, Batch batch) {
    GraphEdit edit = model.edit();
    if (!model.graph().isOutput(tensor)) {
      edit.addOutput(new ValueInfo(tensor, ElementType.UNDEFINED, Optional.empty()));
    }
    try (ModelRunner runner = ModelRunner.open(edit.commit(), ReferenceModel.CPU)) {
      return runner.run(batch.inputs(), Set.of(tensor)).get(tensor);
    }
  }
}
