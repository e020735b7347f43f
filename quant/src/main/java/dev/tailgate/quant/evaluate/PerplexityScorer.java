package dev.tailgate.quant.evaluate;

import dev.tailgate.quant.data.Batch;
import dev.tailgate.quant.tensor.Elements;
import dev.tailgate.quant.tensor.Tensor;
import dev.tailgate.stats.metric.Interval;
import dev.tailgate.stats.metric.LogSoftmax;
import dev.tailgate.stats.metric.Metrics;
import dev.tailgate.stats.metric.Perplexity;
import java.util.List;
import java.util.Map;

/**
 * Perplexity of logits {@code [B, T, V]} for labels {@code [B, T]}: position t is compared with the
 * label at {@code t + shift}, 1 for causal and 0 for masked language models; -100 does not count.
 *
 * <p>{@code perplexity} averages over batches as the papers do, its interval is over batches;
 * {@code token_perplexity} averages over tokens, its interval is over samples. Intervals are made
 * for the mean loss and exponentiated.
 */
final class PerplexityScorer implements TaskScorer {
  static final long IGNORED = -100;

  private final String output;
  private final int shift;
  private final Perplexity byBatch = Perplexity.create(Perplexity.Averaging.BATCH_MEAN);
  private final Perplexity byToken = Perplexity.create(Perplexity.Averaging.TOKEN_MEAN);
  private final RatioInterval batchInterval = new RatioInterval();
  private final RatioInterval sampleInterval = new RatioInterval();

  PerplexityScorer(String output, int shift) {
    this.output = output;
    this.shift = shift;
  }

  @Override
  public void accept(Batch batch, Map<String, Tensor> outputs) {
    Tensor logits = Predictions.output(output, outputs);
    long[] labels = Predictions.labels(batch, logits, 2);
    int length = (int) logits.dim(1);
    int vocabulary = (int) logits.dim(2);
    float[] values = Elements.toFloats(logits);
    double batchLoss = 0;
    long batchTokens = 0;
    for (int s = 0; s < logits.dim(0); s++) {
      double loss = 0;
      long tokens = 0;
      for (int t = 0; t + shift < length; t++) {
        long label = labels[s * length + t + shift];
        if (label != IGNORED) {
          int target = Predictions.requireClass(label, vocabulary, batch);
          int from = (s * length + t) * vocabulary;
          loss += LogSoftmax.negativeLogLikelihood(values, from, vocabulary, target);
          tokens++;
        }
      }
      sampleInterval.add(loss, (double) tokens);
      batchLoss += loss;
      batchTokens += tokens;
    }
    byBatch.accept(batchLoss, batchTokens);
    byToken.accept(batchLoss, batchTokens);
    if (batchTokens > 0) {
      batchInterval.add(batchLoss / batchTokens, 1);
    }
  }

  @Override
  public List<Score> scores() {
    return List.of(
        Score.of(Metrics.PERPLEXITY, byBatch.value(), exp(batchInterval.interval())),
        Score.of(Metrics.TOKEN_PERPLEXITY, byToken.value(), exp(sampleInterval.interval())));
  }

  private static Interval exp(Interval loss) {
    return new Interval(Math.exp(loss.low()), Math.exp(loss.high()));
  }
}
