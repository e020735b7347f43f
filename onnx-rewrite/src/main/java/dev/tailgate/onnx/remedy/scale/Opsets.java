package dev.tailgate.onnx.remedy.scale;

import dev.tailgate.onnx.build.Ops;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.remedy.Repair;
import java.util.List;
import java.util.Optional;

/** Refuses models older than the operators that passes write. */
final class Opsets {
  private Opsets() {}

  static Optional<Repair> refusal(OnnxModel model) {
    return model.opset() >= Ops.OLDEST_OPSET
        ? Optional.empty()
        : Optional.of(
            new Repair(
                model,
                List.of(),
                List.of(
                    new Repair.Note(
                        "the model",
                        "is of opset "
                            + model.opset()
                            + "; layers are changed from opset "
                            + Ops.OLDEST_OPSET
                            + " on"))));
  }
}
