package dev.tailgate.data;

import dev.tailgate.engine.tensor.Tensor;
import java.util.Map;
import java.util.Optional;

/**
 * One sample before batching: tensors without a batch axis.
 *
 * @param index of the sample in its data set
 * @param inputs by model input; inputs left out are filled as the signature asks for
 * @param label what {@link Task} says, without a batch axis
 * @param tokens leading tokens that are no padding; -1 where all are
 */
public record Sample(long index, Map<String, Tensor> inputs, Optional<Tensor> label, int tokens) {
  /** Copies the map. */
  public Sample {
    inputs = Map.copyOf(inputs);
  }

  /** Bytes of its tensors, and some for what holds them. */
  long bytes() {
    long bytes = 256;
    for (Tensor tensor : inputs.values()) {
      bytes += 64 + tensor.data().remaining();
    }
    return bytes + label.map(tensor -> 64 + tensor.data().remaining()).orElse(0);
  }
}
