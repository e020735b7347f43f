package dev.tailgate.engine.input;

import java.util.OptionalInt;

/**
 * Sizes for what a signature leaves open.
 *
 * @param batch samples of a full batch
 * @param sequence tokens, or points of a signal, of a sample
 * @param side height and width of images; empty takes the usual 224
 * @param holdsBatch whether the graph runs with exactly this batch although its signature is open
 * @param holdsSequence whether it runs with exactly this length
 */
public record SizeChoice(
    int batch, int sequence, OptionalInt side, boolean holdsBatch, boolean holdsSequence) {
  /** What was asked for, of a graph that holds nothing of it. */
  public static SizeChoice asked(int batch, int sequence) {
    return new SizeChoice(batch, sequence, OptionalInt.empty(), false, false);
  }

  /** The same with a batch that the graph holds. */
  public SizeChoice holdingBatch(int size) {
    return new SizeChoice(size, sequence, side, true, holdsSequence);
  }

  /** The same with a length that the graph holds. */
  public SizeChoice holdingSequence(int size) {
    return new SizeChoice(batch, size, side, holdsBatch, true);
  }

  /** The same with another length, which is one of many. */
  public SizeChoice withSequence(int size) {
    return new SizeChoice(batch, size, side, holdsBatch, holdsSequence);
  }

  /** The same for images of {@code size} by {@code size}. */
  public SizeChoice withSide(int size) {
    return new SizeChoice(batch, sequence, OptionalInt.of(size), holdsBatch, holdsSequence);
  }
}
