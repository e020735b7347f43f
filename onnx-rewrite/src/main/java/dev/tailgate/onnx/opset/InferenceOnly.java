package dev.tailgate.onnx.opset;

/** Batch normalisation trained where it had more than one output; of inference it is the same. */
final class InferenceOnly implements OpsetRule {
  @Override
  public void write(OldNode old) {
    if (old.node().outputs().stream().skip(1).anyMatch(output -> !output.isEmpty())) {
      throw old.refusal("a normalisation of inference", "the outputs of training");
    }
  }
}
