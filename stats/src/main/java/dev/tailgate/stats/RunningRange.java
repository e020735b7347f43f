package dev.tailgate.stats;

/**
 * Exponential moving average of batch ranges, the papers' calibration of activations.
 *
 * <p>The first batch sets the range; each later one moves both ends by {@code r <- m r + (1 - m)
 * r_batch} with momentum {@code m}, 0.9 unless told otherwise. In the unit of the activation.
 *
 * <p><b>Deliberately not batch-invariant:</b> order and size of batches change the result, and two
 * running ranges cannot be merged; hence there is no {@code combine}. Record the batch size and the
 * order with any number that comes from here. For an invariant range take the union of {@link
 * Range}s.
 *
 * <p>Edges: an empty batch range is ignored; before the first batch the range is empty.
 *
 * <p>Source: running min-max estimator in the published code of arXiv 2306.12929.
 */
public final class RunningRange {

  /** The papers' momentum. */
  public static final double DEFAULT_MOMENTUM = 0.9;

  private final double momentum;
  private Range range = Range.EMPTY;
  private long batches;

  private RunningRange(double momentum) {
    this.momentum = momentum;
  }

  /** Returns a running range with the papers' momentum. */
  public static RunningRange create() {
    return create(DEFAULT_MOMENTUM);
  }

  /** Returns a running range with the given weight of the past, in [0, 1). */
  public static RunningRange create(double momentum) {
    if (!(momentum >= 0 && momentum < 1)) {
      throw new IllegalArgumentException(
          "Creating a running range: expected a momentum in [0, 1), found " + momentum);
    }
    return new RunningRange(momentum);
  }

  /** Returns a running range that goes on where another one, written down, was. */
  public static RunningRange resume(double momentum, Range range, long batches) {
    RunningRange resumed = create(momentum);
    resumed.range = range;
    resumed.batches = batches;
    return resumed;
  }

  /** Moves the range towards that of the next batch. */
  public void accept(Range batch) {
    if (batch.isEmpty()) {
      return;
    }
    range =
        range.isEmpty()
            ? batch
            : new Range(blend(range.min(), batch.min()), blend(range.max(), batch.max()));
    batches++;
  }

  private double blend(double past, double next) {
    return momentum * past + (1 - momentum) * next;
  }

  /** The range so far. */
  public Range range() {
    return range;
  }

  /** The number of batches that moved the range. */
  public long batches() {
    return batches;
  }
}
