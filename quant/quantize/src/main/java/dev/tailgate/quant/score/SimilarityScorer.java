package dev.tailgate.quant.score;

import dev.tailgate.data.Batch;
import dev.tailgate.engine.tensor.Elements;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.result.metric.TaskMetrics;
import dev.tailgate.stats.metric.RankCorrelation;
import dev.tailgate.stats.metric.SampledMetric;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Semantic textual similarity: Spearman's correlation of the cosine of a pair's two embeddings with
 * the pair's score. Samples 2i and 2i + 1 are a pair; they may come in different batches, in any
 * order.
 */
final class SimilarityScorer implements TaskScorer {
  private final Embeddings.Source output;
  private final RankCorrelation correlation = RankCorrelation.of(TaskMetrics.SPEARMAN);
  private final Map<Integer, double[]> waiting = new HashMap<>();

  SimilarityScorer(Embeddings.Source output) {
    this.output = output;
  }

  @Override
  public void accept(Batch batch, Map<String, Tensor> outputs) {
    float[] scores = Elements.toFloats(Predictions.labels(batch));
    double[][] vectors = Embeddings.of(output, batch, outputs);
    for (int s = 0; s < vectors.length; s++) {
      int pair = batch.index(s) / 2;
      double[] other = waiting.remove(pair);
      if (other == null) {
        waiting.put(pair, vectors[s]);
      } else {
        correlation.set(pair, Embeddings.cosine(other, vectors[s]), scores[s]);
      }
    }
  }

  @Override
  public List<SampledMetric> metrics() {
    return List.of(correlation);
  }
}
