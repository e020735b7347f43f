package dev.tailgate.stats.metric;

import dev.tailgate.stats.Accumulator;
import dev.tailgate.stats.CompensatedSum;

/**
 * Perplexity of a language model: the exponential of a mean negative log-likelihood in nats;
 * dimensionless, at least 1, lower is better.
 *
 * <p>With {@code l_b} the summed loss and {@code t_b} the number of predicted tokens of batch b:
 *
 * <ul>
 *   <li>{@link Averaging#BATCH_MEAN}, the papers' number: {@code exp((1 / B) sum_b l_b / t_b)}. It
 *       depends on the batching unless all batches hold equally many tokens.
 *   <li>{@link Averaging#TOKEN_MEAN}: {@code exp(sum_b l_b / sum_b t_b)}. Independent of batching.
 * </ul>
 *
 * <p>Edges: a batch without predicted tokens is ignored; one whose loss is NaN or infinite is left
 * out and counted in {@link #skippedBatches()}; no batch gives NaN.
 *
 * <p>Source of the batch mean: evaluation loop in the published code of arXiv 2306.12929.
 */
public final class Perplexity implements Accumulator<Perplexity> {

  /** How losses are averaged before the exponential. */
  public enum Averaging {
    /** The mean of the batches' mean losses. */
    BATCH_MEAN,
    /** The mean over all tokens. */
    TOKEN_MEAN
  }

  private final Averaging averaging;
  private final CompensatedSum batchMeans = CompensatedSum.create();
  private final CompensatedSum losses = CompensatedSum.create();
  private long batches;
  private long tokens;
  private long skippedBatches;

  private Perplexity(Averaging averaging) {
    this.averaging = averaging;
  }

  /** Returns the perplexity of no batches. */
  public static Perplexity create(Averaging averaging) {
    return new Perplexity(averaging);
  }

  /** Adds a batch by the sum of its losses in nats and the number of tokens predicted. */
  public void accept(double nllSum, long predictedTokens) {
    if (predictedTokens < 0) {
      throw new IllegalArgumentException(
          "Adding a batch to perplexity: expected tokens >= 0, found " + predictedTokens);
    }
    if (!Double.isFinite(nllSum)) {
      skippedBatches++;
      return;
    }
    if (predictedTokens == 0) {
      return;
    }
    batchMeans.add(nllSum / predictedTokens);
    losses.add(nllSum);
    batches++;
    tokens += predictedTokens;
  }

  @Override
  public void combine(Perplexity other) {
    if (averaging != other.averaging) {
      throw new IllegalArgumentException(
          "Combining perplexities: expected averaging " + averaging + ", found " + other.averaging);
    }
    batchMeans.combine(other.batchMeans);
    losses.combine(other.losses);
    batches += other.batches;
    tokens += other.tokens;
    skippedBatches += other.skippedBatches;
  }

  /** The mean negative log-likelihood in nats, averaged as chosen. */
  public double meanNegativeLogLikelihood() {
    if (batches == 0) {
      return Double.NaN;
    }
    return switch (averaging) {
      case BATCH_MEAN -> batchMeans.value() / batches;
      case TOKEN_MEAN -> losses.value() / tokens;
    };
  }

  /** The perplexity. */
  public double value() {
    return Math.exp(meanNegativeLogLikelihood());
  }

  /** How losses are averaged. */
  public Averaging averaging() {
    return averaging;
  }

  /** The metric that {@link #value()} is. */
  public MetricSpec spec() {
    return switch (averaging) {
      case BATCH_MEAN -> Metrics.PERPLEXITY;
      case TOKEN_MEAN -> Metrics.TOKEN_PERPLEXITY;
    };
  }

  /** The number of batches in the average. */
  public long batches() {
    return batches;
  }

  /** The number of tokens in the average. */
  public long tokens() {
    return tokens;
  }

  /** The number of batches left out because their loss was NaN or infinite. */
  public long skippedBatches() {
    return skippedBatches;
  }
}
