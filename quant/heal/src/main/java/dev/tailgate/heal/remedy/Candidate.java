package dev.tailgate.heal.remedy;

import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.quant.plan.QuantizationSettings;

/** A model and how it is to be quantized; a remedy changes one or the other. */
public record Candidate(OnnxModel model, QuantizationSettings settings) {
  /** The same settings for another model. */
  public Candidate with(OnnxModel other) {
    return new Candidate(other, settings);
  }

  /** The same model with other settings. */
  public Candidate with(QuantizationSettings other) {
    return new Candidate(model, other);
  }
}
