package dev.tailgate.data;

import dev.tailgate.engine.ModelRunner;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.ir.OnnxModel;
import java.util.Set;

/** Fetches an activation itself, for expectations that do not use the code under test. */
public final class RawActivations {
  private RawActivations() {}

  public static Tensor of(OnnxModel model, String tensor, Batch batch) {
    try (ModelRunner runner =
        ModelRunner.open(model.exposing(Set.of(tensor)), ReferenceModel.CPU)) {
      return runner.run(batch.inputs(), Set.of(tensor)).get(tensor);
    }
  }
}
