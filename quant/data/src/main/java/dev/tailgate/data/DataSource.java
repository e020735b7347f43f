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
