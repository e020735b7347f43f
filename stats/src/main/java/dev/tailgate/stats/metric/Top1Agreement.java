package dev.tailgate.stats.metric;

import dev.tailgate.stats.Accumulator;

/**
 * Fraction of positions at which reference and test predict the same class; higher is better.
 *
 * <p>The prediction is the index of the largest logit, the lowest index among equals. Counts are
 * exact, hence independent of batching.
 *
 * <p>Edges: a position with a NaN has no prediction. Where it is the reference's, the position is
 * left out and counted in {@link #skipped()}; where it is only the test's, the position does not
 * agree, for a model that breaks there has not predicted the class. No position gives NaN.
 */
public final class Top1Agreement implements Accumulator<Top1Agreement> {

  private static final int NO_PREDICTION = -1;

  private long agreed;
  private long positions;
  private long skipped;

  private Top1Agreement() {}

  /** Returns the agreement of nothing. */
  public static Top1Agreement create() {
    return new Top1Agreement();
  }

  /** Adds one position: the {@code classes >= 1} logits from index {@code from} on. */
  public void accept(float[] reference, float[] test, int from, int classes) {
    Pairing.require("top-1 agreement", reference, test, from, from + classes);
    if (classes < 1) {
      throw new IllegalArgumentException(
          "Comparing predictions: expected at least 1 class, found " + classes);
    }
    int expected = prediction(reference, from, classes);
    int actual = prediction(test, from, classes);
    if (expected == NO_PREDICTION) {
      skipped++;
      return;
    }
    positions++;
    if (expected == actual) {
      agreed++;
    }
  }

  private static int prediction(float[] logits, int from, int classes) {
    int best = from;
    for (int i = from; i < from + classes; i++) {
      if (Float.isNaN(logits[i])) {
        return NO_PREDICTION;
      }
      if (logits[i] > logits[best]) {
        best = i;
      }
    }
    return best - from;
  }

  @Override
  public void combine(Top1Agreement other) {
    agreed += other.agreed;
    positions += other.positions;
    skipped += other.skipped;
  }

  /** The fraction of positions that agree. */
  public double value() {
    return positions == 0 ? Double.NaN : (double) agreed / positions;
  }

  /** Wilson's 95 % interval of the fraction. */
  public Interval interval() {
    return Wilson.interval(agreed, positions);
  }

  /** The number of positions compared. */
  public long positions() {
    return positions;
  }

  /** The number of positions left out because of a NaN of the reference. */
  public long skipped() {
    return skipped;
  }
}
