package dev.tailgate.data;

import dev.tailgate.engine.tensor.Tensor;
import java.util.Map;
import java.util.Optional;

/**
 * Consecutive samples that run together. Where the model fixes its batch and too few samples are
 * left, the tensors are filled up with copies of the last sample, which no statistic and no metric
 * counts.
 *
 * @param firstSample index of the first sample in the whole data set, so that a report can name a
 *     sample whatever the batch size
 * @param samples number of samples
 * @param rows size of the batch axis of inputs and mask; above {@code samples}, the rest are copies
 * @param inputs model inputs by name
 * @param labels what a task metric compares the outputs with, where the data has it: class ids
 *     {@code [B]}, or token ids {@code [B, T]} with -100 at positions that do not count; none for
 *     copies
 * @param mask 1 for real tokens and 0 for padding, {@code [B, T]} int64, where the data has
 *     padding; 0 for copies
 */
public record Batch(
    long firstSample,
    int samples,
    int rows,
    Map<String, Tensor> inputs,
    Optional<Tensor> labels,
    Optional<Tensor> mask) {
  /** Copies the map. */
  public Batch {
    inputs = Map.copyOf(inputs);
  }

  /** A batch without copies. */
  public Batch(
      long firstSample,
      int samples,
      Map<String, Tensor> inputs,
      Optional<Tensor> labels,
      Optional<Tensor> mask) {
    this(firstSample, samples, samples, inputs, labels, mask);
  }

  /** An output without the rows that belong to copies. */
  public Tensor withoutCopies(Tensor output) {
    return rows == samples || output.rank() == 0 || output.dim(0) != rows
        ? output
        : BatchFill.firstRows(output, samples);
  }
}
