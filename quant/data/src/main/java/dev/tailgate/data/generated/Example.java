package dev.tailgate.data.generated;

import dev.tailgate.engine.tensor.Tensor;
import java.util.Map;
import java.util.Optional;

/**
 * One sample without a batch axis.
 *
 * @param inputs by model input
 * @param label what the metric compares with
 * @param target what training compares with where that is another, such as a distribution over the
 *     classes of the label
 * @param tokens leading tokens that are no padding; -1 where all are
 */
public record Example(
    Map<String, Tensor> inputs, Tensor label, Optional<Tensor> target, int tokens) {
  /** Copies the map. */
  public Example {
    inputs = Map.copyOf(inputs);
  }
}
