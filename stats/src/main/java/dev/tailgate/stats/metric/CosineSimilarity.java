package dev.tailgate.stats.metric;

import dev.tailgate.stats.Accumulator;
import dev.tailgate.stats.CompensatedSum;

/**
 * Cosine of the angle between reference and test output, averaged over samples; higher is better,
 * at most 1, dimensionless.
 *
 * <p>{@code mean over samples of ref . test / (|ref| |test|)}, float32 in, doubles inside.
 *
 * <p>Edges: two zero vectors count as 1, one zero vector as 0; no sample gives NaN. A test that is
 * NaN or infinite where the reference is finite has no cosine: the average is NaN, and {@link
 * #broken()} counts such samples, for a model that breaks on one sample must not be judged by the
 * others. Where the reference itself is not finite the sample is left out; {@link #skipped()}
 * counts that.
 */
public final class CosineSimilarity implements Accumulator<CosineSimilarity> {

  private final CompensatedSum sum = CompensatedSum.create();
  private long samples;
  private long skipped;
  private long broken;

  private CosineSimilarity() {}

  /** Returns the average of no samples. */
  public static CosineSimilarity create() {
    return new CosineSimilarity();
  }

  /** Adds one sample. */
  public void accept(float[] reference, float[] test) {
    accept(reference, test, 0, reference.length);
  }

  /** Adds one sample, the elements {@code [from, to)} of both outputs. */
  public void accept(float[] reference, float[] test, int from, int to) {
    Pairing.require("cosine similarity", reference, test, from, to);
    double dot = 0;
    double refSquares = 0;
    double testSquares = 0;
    for (int i = from; i < to; i++) {
      double ref = reference[i];
      double other = test[i];
      dot += ref * other;
      refSquares += ref * ref;
      testSquares += other * other;
    }
    // Squares of float32 do not overflow a double: a sum is finite exactly where its elements are.
    if (!Double.isFinite(refSquares)) {
      skipped++;
      return;
    }
    if (!Double.isFinite(testSquares)) {
      broken++;
      return;
    }
    sum.add(cosine(dot, refSquares, testSquares));
    samples++;
  }

  private static double cosine(double dot, double refSquares, double testSquares) {
    if (refSquares == 0 || testSquares == 0) {
      return refSquares == testSquares ? 1 : 0;
    }
    // Rounding can push the quotient past the bounds that Cauchy and Schwarz guarantee.
    return Math.max(-1, Math.min(1, dot / (Math.sqrt(refSquares) * Math.sqrt(testSquares))));
  }

  @Override
  public void combine(CosineSimilarity other) {
    sum.combine(other.sum);
    samples += other.samples;
    skipped += other.skipped;
    broken += other.broken;
  }

  /** The average over samples; NaN where there is none. */
  public double value() {
    return samples == 0 || broken > 0 ? Double.NaN : sum.value() / samples;
  }

  /** The number of samples in the average. */
  public long samples() {
    return samples;
  }

  /** The number of samples left out because the reference is not finite. */
  public long skipped() {
    return skipped;
  }

  /** The number of samples whose test is not finite although the reference is. */
  public long broken() {
    return broken;
  }
}
