package dev.tailgate.onnx.gradient;

import dev.tailgate.onnx.ir.OnnxModel;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A model with its backward pass.
 *
 * @param model the model, which computes the gradients too
 * @param gradients the value that is the gradient, by the value it belongs to; in the same shape
 */
public record Differentiated(OnnxModel model, Map<String, String> gradients) {
  /** Copies the map, in its order. */
  public Differentiated {
    gradients = Collections.unmodifiableMap(new LinkedHashMap<>(gradients));
  }

  /** The model with every gradient as an output. */
  public OnnxModel exposed() {
    return model.exposing(gradients.values());
  }
}
