package dev.tailgate.quant.data;

import dev.tailgate.quant.tensor.Tensor;
import java.util.Map;
import java.util.Optional;

/**
 * Consecutive samples that run together.
 *
 * @param firstSample index of the first sample in the whole data set, so that a report can name a
 *     sample whatever the batch size
 * @param samples number of samples, the size of the batch axis
 * @param inputs model inputs by name
 * @param labels what a task metric compares the outputs with, where the data has it: class ids
 *     {@code [B]}, or token ids {@code [B, T]} with -100 at positions that do not count
 * @param mask 1 for real tokens and 0 for padding, {@code [B, T]} int64, where the data has padding
 */
public record Batch(
    long firstSample,
    int samples,
    Map<String, Tensor> inputs,
    Optional<Tensor> labels,
    Optional<Tensor> mask) {
  /** Copies the map. */
  public Batch {
    inputs = Map.copyOf(inputs);
  }
}
