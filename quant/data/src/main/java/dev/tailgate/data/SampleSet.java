package dev.tailgate.data;

import java.util.Iterator;

/**
 * The samples of one data set by index: what a format has to offer. Which of them are taken, in
 * which order, and how they become batches is {@link SampleSource}'s business.
 */
public interface SampleSet {
  /** How many rows there are in all; a sample is one, or {@link #group()} of them. */
  long size();

  /**
   * The samples at {@code indices}, in that order; ascending where {@link #canSeek()} is false.
   * Samples are made as they are asked for. Called once for each pass over the data, and each time
   * gives the same samples.
   */
  Iterator<Sample> read(long[] indices);

  /** Whether samples can be read in any order at the same cost. */
  default boolean canSeek() {
    return true;
  }

  /** Samples that belong together and stay so: 2 for pairs. */
  default int group() {
    return task().group();
  }

  /** What the labels mean. */
  Task task();

  /** The data and what was made of it, without counts: {@code cifar.bin, 3x32x32, 10 classes}. */
  String description();

  /** The value that fills up short samples of {@code input}. */
  default double padding(String input) {
    return 0;
  }

  /** Whether the data has a part of its own that calibration reads instead of this one. */
  default boolean hasCalibrationPart() {
    return false;
  }

  /** Whether any sample has fewer tokens than {@link #length()}. */
  default boolean hasPadding() {
    return false;
  }

  /** Tokens that every sample is filled up to; 0 where all samples have one shape. */
  default int length() {
    return 0;
  }
}
