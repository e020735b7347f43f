package dev.tailgate.data;

import dev.tailgate.engine.tensor.Tensor;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.LongStream;

/**
 * Samples that run together. They need not follow each other: a batch is made of samples of similar
 * length, and every row says which sample it is. Where the model fixes its batch and too few
 * samples are left, the tensors are filled up with copies of the last sample, which no statistic
 * and no metric counts.
 *
 * @param places which sample each row is, counted from 0 in the order in which samples were chosen,
 *     so that a report can name a sample, and scores stand in one order, however samples are
 *     batched
 * @param rows size of the batch axis of inputs and mask; above {@link #samples()}, the rest are
 *     copies
 * @param inputs model inputs by name
 * @param labels what a task metric compares the outputs with, where the data has it: class ids
 *     {@code [B]}, or token ids {@code [B, T]} with -100 at positions that do not count; none for
 *     copies
 * @param mask 1 for real tokens and 0 for padding, {@code [B, T]} int64, where the data has
 *     padding; 0 for copies
 */
@SuppressWarnings("ArrayRecordComponent") // one number a row, read in loops
public record Batch(
    long[] places,
    int rows,
    Map<String, Tensor> inputs,
    Optional<Tensor> labels,
    Optional<Tensor> mask) {
  /** Copies the array and the map. */
  public Batch {
    places = places.clone();
    inputs = Map.copyOf(inputs);
  }

  /** A batch of samples in a row, with copies where {@code rows} is above {@code samples}. */
  public Batch(
      long firstPlace,
      int samples,
      int rows,
      Map<String, Tensor> inputs,
      Optional<Tensor> labels,
      Optional<Tensor> mask) {
    this(LongStream.range(firstPlace, firstPlace + samples).toArray(), rows, inputs, labels, mask);
  }

  /** A batch of samples in a row without copies. */
  public Batch(
      long firstPlace,
      int samples,
      Map<String, Tensor> inputs,
      Optional<Tensor> labels,
      Optional<Tensor> mask) {
    this(firstPlace, samples, samples, inputs, labels, mask);
  }

  /** Number of samples, copies not counted. */
  public int samples() {
    return places.length;
  }

  /** Which sample row {@code row} is. */
  public long place(int row) {
    return places[row];
  }

  /** The place as an index of what is kept sample by sample. */
  public int index(int row) {
    return Math.toIntExact(places[row]);
  }

  /** The earliest of the samples; 0 in a batch without any. */
  public long firstPlace() {
    return Arrays.stream(places).min().orElse(0);
  }

  /** The row that holds the sample at {@code place}, if it is here. */
  public OptionalInt row(long place) {
    for (int row = 0; row < places.length; row++) {
      if (places[row] == place) {
        return OptionalInt.of(row);
      }
    }
    return OptionalInt.empty();
  }

  @Override
  public long[] places() {
    return places.clone();
  }

  /** An output without the rows that belong to copies. */
  public Tensor withoutCopies(Tensor output) {
    return rows == samples() || output.rank() == 0 || output.dim(0) != rows
        ? output
        : BatchFill.firstRows(output, samples());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Batch batch
        && Arrays.equals(batch.places, places)
        && batch.rows == rows
        && batch.inputs.equals(inputs)
        && batch.labels.equals(labels)
        && batch.mask.equals(mask);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(places) + inputs.keySet().hashCode();
  }
}
