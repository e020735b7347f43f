package dev.tailgate.quant.score;

import dev.tailgate.data.Batch;
import dev.tailgate.engine.tensor.Elements;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.result.metric.TaskMetrics;
import dev.tailgate.stats.metric.RankCorrelation;
import dev.tailgate.stats.metric.SampledMetric;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Semantic textual similarity: Spearman's correlation of the cosine of a pair's two embeddings with
 * the pair's score. Two samples in a row are a pair, across batches too.
 */
final class SimilarityScorer implements TaskScorer {
  private final String output;
  private final RankCorrelation correlation = RankCorrelation.of(TaskMetrics.SPEARMAN);
  private double @Nullable [] first;

  SimilarityScorer(String output) {
    this.output = output;
  }

  @Override
  public void accept(Batch batch, Map<String, Tensor> outputs) {
    float[] scores = Elements.toFloats(Predictions.labels(batch));
    double[][] vectors = Embeddings.of(output, batch, outputs);
    for (int s = 0; s < vectors.length; s++) {
      double[] other = first;
      if (other == null) {
        first = vectors[s];
      } else {
        correlation.add(Embeddings.cosine(other, vectors[s]), scores[s]);
        first = null;
      }
    }
  }

  @Override
  public List<SampledMetric> metrics() {
    return List.of(correlation);
  }
}
