package dev.tailgate.quant.score;

import dev.tailgate.data.Batch;
import dev.tailgate.data.Labels;
import dev.tailgate.engine.tensor.Elements;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.result.metric.TaskMetrics;
import dev.tailgate.stats.metric.LogSoftmax;
import dev.tailgate.stats.metric.RatioOfSums;
import dev.tailgate.stats.metric.SampledMetric;
import java.util.List;
import java.util.Map;

/**
 * Perplexity and accuracy of logits {@code [B, T, V]} for labels {@code [B, T]}: position t is
 * compared with the label at {@code t + shift}, 1 for causal language models and 0 for masked ones
 * and for decoders fed the right tokens; -100 does not count.
 *
 * <p>{@code perplexity} averages over batches as the papers do, {@code token_perplexity} over
 * tokens. The batches it averages over are those of {@value #BATCH} samples in the order chosen,
 * however many ran together. A loss that is NaN or infinite makes them so.
 */
final class TokenScorer implements TaskScorer {
  private static final int BATCH = 8;

  private final String output;
  private final int shift;
  private final RatioOfSums byToken = RatioOfSums.exponential(TaskMetrics.TOKEN_PERPLEXITY);
  private final RatioOfSums accuracy = RatioOfSums.mean(TaskMetrics.TOKEN_ACCURACY);

  TokenScorer(String output, int shift) {
    this.output = output;
    this.shift = shift;
  }

  @Override
  public void accept(Batch batch, Map<String, Tensor> outputs) {
    Tensor logits = Predictions.output(output, batch, outputs);
    long[] labels = Predictions.labels(batch, logits, 2);
    float[] values = Elements.toFloats(logits);
    int samples = (int) logits.dim(0);
    for (int s = 0; s < samples; s++) {
      int hits = 0;
      int tokens = 0;
      double loss = 0;
      int length = (int) logits.dim(1);
      int vocabulary = (int) logits.dim(2);
      for (int t = 0; t + shift < length; t++) {
        long label = labels[s * length + t + shift];
        if (label != Labels.IGNORED) {
          int target = Predictions.requireClass(label, vocabulary, batch, s);
          int from = (s * length + t) * vocabulary;
          loss += LogSoftmax.negativeLogLikelihood(values, from, vocabulary, target);
          hits += Predictions.largest(values, from, vocabulary) == target ? 1 : 0;
          tokens++;
        }
      }
      byToken.set(batch.index(s), loss, tokens);
      accuracy.set(batch.index(s), hits, tokens);
    }
  }

  /** Every batch weighs 1, however many tokens it has. */
  private RatioOfSums byBatch() {
    List<Double> losses = byToken.numerators();
    List<Double> tokens = byToken.denominators();
    RatioOfSums byBatch = RatioOfSums.exponential(TaskMetrics.PERPLEXITY);
    for (int from = 0; from < losses.size(); from += BATCH) {
      int to = Math.min(losses.size(), from + BATCH);
      double inBatch =
          Math.max(1, tokens.subList(from, to).stream().mapToDouble(Double::doubleValue).sum());
      for (int s = from; s < to; s++) {
        byBatch.set(s, losses.get(s) / inBatch, tokens.get(s) / inBatch);
      }
    }
    return byBatch;
  }

  @Override
  public List<SampledMetric> metrics() {
    return List.of(byBatch(), byToken, accuracy);
  }
}
