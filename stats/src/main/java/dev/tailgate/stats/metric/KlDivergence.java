package dev.tailgate.stats.metric;

import dev.tailgate.stats.Accumulator;
import dev.tailgate.stats.CompensatedSum;

/**
 * Kullback-Leibler divergence of the test model's predictions from the reference's, averaged over
 * positions, in nats; lower is better, 0 when equal.
 *
 * <p>{@code mean over positions of sum_v p_v (log p_v - log q_v)} with {@code p = softmax(ref)} and
 * {@code q = softmax(test)}, from float32 logits by log-softmax in doubles.
 *
 * <p>Edges: a class of {@code p_v = 0} adds nothing; a class with {@code p_v > 0} masked by
 * -Infinity in the test makes the divergence +Infinity, which is its true value. A position of the
 * reference with a NaN or +Infinity, or with every class masked, is left out and counted in {@link
 * #skipped()}; where only the test has no softmax there is no divergence, the average is NaN, and
 * {@link #broken()} counts it. No position gives NaN.
 */
public final class KlDivergence implements Accumulator<KlDivergence> {

  private final CompensatedSum sum = CompensatedSum.create();
  private long positions;
  private long skipped;
  private long broken;

  private KlDivergence() {}

  /** Returns the average of no positions. */
  public static KlDivergence create() {
    return new KlDivergence();
  }

  /** Adds one position: the {@code vocab} logits from index {@code from} on. */
  public void accept(float[] reference, float[] test, int from, int vocab) {
    Pairing.require("KL divergence", reference, test, from, from + vocab);
    double refNorm = LogSoftmax.logSumExp(reference, from, vocab);
    double testNorm = LogSoftmax.logSumExp(test, from, vocab);
    if (Double.isNaN(refNorm)) {
      skipped++;
      return;
    }
    if (Double.isNaN(testNorm)) {
      broken++;
      return;
    }
    double divergence = 0;
    for (int v = from; v < from + vocab; v++) {
      double logP = reference[v] - refNorm;
      double p = Math.exp(logP);
      if (p > 0) {
        divergence += p * (logP - (test[v] - testNorm));
      }
    }
    // Never negative by Gibbs' inequality; rounding may fall just short of zero.
    sum.add(Math.max(0, divergence));
    positions++;
  }

  @Override
  public void combine(KlDivergence other) {
    sum.combine(other.sum);
    positions += other.positions;
    skipped += other.skipped;
    broken += other.broken;
  }

  /** The average over positions, in nats; NaN where there is none. */
  public double value() {
    return positions == 0 || broken > 0 ? Double.NaN : sum.value() / positions;
  }

  /** The number of positions in the average. */
  public long positions() {
    return positions;
  }

  /** The number of positions left out because the reference's logits have no softmax. */
  public long skipped() {
    return skipped;
  }

  /** The number of positions whose test has no softmax although the reference has. */
  public long broken() {
    return broken;
  }
}
