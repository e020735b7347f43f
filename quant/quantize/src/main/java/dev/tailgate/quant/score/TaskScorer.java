package dev.tailgate.quant.score;

import dev.tailgate.data.Batch;
import dev.tailgate.data.Scoring;
import dev.tailgate.data.Task;
import dev.tailgate.engine.input.ModelOutputs;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.stats.metric.SampledMetric;
import java.util.List;
import java.util.Map;

/**
 * Compares the predictions of one model with labels, batch after batch. One scorer for the float
 * model and one for the quantized; of a sample only some numbers are kept.
 */
public sealed interface TaskScorer
    permits AgreementOnly,
        ClassScorer,
        RegressionScorer,
        SimilarityScorer,
        SpanScorer,
        TokenScorer {
  /** The scorer for {@code task}, of which nothing else is said. */
  static TaskScorer of(Task task, ModelOutputs outputs) {
    return of(Scoring.of(task), outputs);
  }

  /** The scorer of {@code outputs}. */
  static TaskScorer of(Scoring scoring, ModelOutputs outputs) {
    return switch (scoring.task()) {
      case CAUSAL_LM -> new TokenScorer(outputs.predictions(), 1);
      case MASKED_LM, SEQ2SEQ -> new TokenScorer(outputs.predictions(), 0);
      case CLASSIFICATION -> new ClassScorer(outputs.predictions(), 1);
      case TOKEN_CLASSIFICATION -> new ClassScorer(outputs.predictions(), 2);
      case SPAN -> new SpanScorer(outputs);
      case REGRESSION -> new RegressionScorer(outputs.predictions());
      case SIMILARITY -> new SimilarityScorer(Embeddings.Source.of(scoring, outputs));
      case NEIGHBOURS, AGREEMENT -> new AgreementOnly();
    };
  }

  /**
   * Adds a batch.
   *
   * @param outputs all outputs of the model for {@code batch}
   * @throws dev.tailgate.engine.tensor.DataException where labels and predictions do not fit
   */
  void accept(Batch batch, Map<String, Tensor> outputs);

  /** The metrics over all samples so far, the headline first; empty without labels. */
  List<SampledMetric> metrics();

  /** The scores so far with their intervals, in the order of {@link #metrics()}. */
  default List<MetricScore> scores() {
    return PairedScores.of(this).stream().map(PairedScores::fp).toList();
  }
}
