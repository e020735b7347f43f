package dev.tailgate.data;

import java.util.Iterator;

/**
 * A finite, repeatable stream of batches: every call of {@link #batches()} yields the same samples
 * in the same order, and at most a few batches are in memory at a time.
 */
public interface DataSource {
  /** Starts from the first sample. */
  Iterator<Batch> batches();

  /** Number of rows that {@link #batches()} yields in all; a sample is one, or a pair two. */
  long samples();

  /** Number of samples in all. */
  default long count() {
    return samples() / task().group();
  }

  /** Samples of the same data, and of the same part of it, that are not among these. */
  default long others() {
    return 0;
  }

  /** One line for the report: what the data is and where it came from. */
  String description();

  /** Whether inputs are made up from the model's signature rather than read from real data. */
  boolean synthetic();

  /** Whether any batch carries padding, that is a mask with zeros. */
  boolean hasPadding();

  /** Whether the last batch is filled up with copies, as {@link BatchPlan} has it. */
  default boolean hasCopies() {
    return false;
  }

  /**
   * Some of these samples, in the places that they have here: no more than {@code rows} rows but
   * one sample in any case, drawn by the seed of the request where samples can be told apart. Which
   * ones does not depend on how many run together here. By default whole batches at equal
   * distances, as they are.
   *
   * @param together rows a run, at least 1, unless the model fixes its batch
   */
  default DataSource some(long rows, int together) {
    return SomeBatches.of(this, rows);
  }

  /**
   * The samples at some places, which ascend and are among those of these samples, and keep them.
   * By default all samples in their batches.
   *
   * @param together rows a run, at least 1, unless the model fixes its batch
   */
  default DataSource at(long[] places, int together) {
    return this;
  }

  /**
   * One epoch of training: the same samples in places of their own, in an order and in batches that
   * are drawn by {@code epochSeed}, samples of similar length together. Samples that belong
   * together stay in one batch, one behind the other. Batches are full: what is left over is left
   * out, other samples in each epoch; only where padding would be taken for text are batches
   * smaller. By default the batches as they are, in their order.
   *
   * @param rows rows of a batch, at least 1, unless the model fixes it
   */
  default DataSource epoch(long epochSeed, int rows) {
    return this;
  }

  /** A batch of samples of middling length, which stands for the others where one is timed. */
  default Batch typical() {
    return batches().next();
  }

  /**
   * A batch of the longest samples, for whoever must know what the largest one takes; among data
   * too large to be looked through, of the first thousands.
   */
  default Batch largest() {
    return batches().next();
  }

  /**
   * How many elements an activation that grows with the square of the length has in all batches
   * looked through, at most, divided by what samples of the length of the first would have; 1 where
   * samples have one length.
   */
  default double growth() {
    return 1;
  }

  /** Whether calibration on the same data reads another part of it. */
  default boolean hasCalibrationPart() {
    return false;
  }

  /** What outputs for the batches are scored as. */
  default Scoring scoring() {
    return Scoring.of(task());
  }

  /** What the labels of the batches mean. */
  Task task();
}
