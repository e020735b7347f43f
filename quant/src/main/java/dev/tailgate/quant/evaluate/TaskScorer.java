package dev.tailgate.quant.evaluate;

import dev.tailgate.quant.data.Batch;
import dev.tailgate.quant.data.Task;
import dev.tailgate.quant.tensor.Tensor;
import java.util.List;
import java.util.Map;

/**
 * Compares the predictions of one model with labels, batch after batch. One scorer for the float
 * model and one for the quantized; nothing of a batch is kept but sums.
 */
public sealed interface TaskScorer permits AccuracyScorer, AgreementOnly, PerplexityScorer {
  /**
   * The scorer for {@code task}.
   *
   * @param output the output with the predictions, see {@link
   *     dev.tailgate.quant.input.PrimaryOutput}
   */
  static TaskScorer of(Task task, String output) {
    return switch (task) {
      case CAUSAL_LM -> new PerplexityScorer(output, 1);
      case MASKED_LM -> new PerplexityScorer(output, 0);
      case CLASSIFICATION -> new AccuracyScorer(output);
      case TOKEN_CLASSIFICATION, SPAN, REGRESSION, SIMILARITY, NEIGHBOURS, SEQ2SEQ, AGREEMENT ->
          new AgreementOnly();
    };
  }

  /**
   * Adds a batch.
   *
   * @param outputs all outputs of the model for {@code batch}
   * @throws dev.tailgate.quant.tensor.DataException where labels and predictions do not fit
   */
  void accept(Batch batch, Map<String, Tensor> outputs);

  /** The scores so far, the headline first; empty for tasks without labels. */
  List<Score> scores();
}
