package dev.tailgate.quant.measure;

import dev.tailgate.engine.tensor.Tensor;
import java.util.Map;

/** Access to the outputs of a run by name. */
final class Results {
  private Results() {}

  static Tensor of(Map<String, Tensor> results, String name) {
    Tensor tensor = results.get(name);
    if (tensor == null) {
      throw new IllegalStateException("The run did not return output " + name);
    }
    return tensor;
  }
}
