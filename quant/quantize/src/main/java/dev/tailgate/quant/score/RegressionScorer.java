package dev.tailgate.quant.score;

import dev.tailgate.data.Batch;
import dev.tailgate.engine.tensor.DataException;
import dev.tailgate.engine.tensor.Elements;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.result.metric.TaskMetrics;
import dev.tailgate.stats.metric.RatioOfSums;
import dev.tailgate.stats.metric.SampledMetric;
import java.util.List;
import java.util.Map;

/**
 * Squared and absolute error of predictions of the labels' shape, over all elements; a missing or
 * additional axis of size 1 is passed over. Labels of NaN are missing values and do not count; a
 * NaN among the predictions makes the score NaN.
 */
final class RegressionScorer implements TaskScorer {
  private final String output;
  private final RatioOfSums squared = RatioOfSums.mean(TaskMetrics.MSE);
  private final RatioOfSums absolute = RatioOfSums.mean(TaskMetrics.MAE);

  RegressionScorer(String output) {
    this.output = output;
  }

  @Override
  public void accept(Batch batch, Map<String, Tensor> outputs) {
    Tensor predictions = Predictions.output(output, batch, outputs);
    Tensor labels = Predictions.labels(batch);
    boolean fits =
        predictions.rank() > 0
            && labels.rank() > 0
            && predictions.dim(0) == labels.dim(0)
            && Predictions.withoutOnes(predictions).equals(Predictions.withoutOnes(labels));
    if (!fits) {
      throw DataException.doing("scoring predictions")
          .expected("labels of the shape of " + output + ", " + predictions)
          .found(labels.toString())
          .where("sample " + batch.firstPlace())
          .fix("Give as many numbers as the model predicts, or ask for --task agreement.");
    }
    float[] actual = Elements.toFloats(predictions);
    float[] expected = Elements.toFloats(labels);
    int samples = (int) labels.dim(0);
    int perSample = samples == 0 ? 0 : expected.length / samples;
    for (int s = 0; s < samples; s++) {
      double squares = 0;
      double magnitudes = 0;
      int counted = 0;
      for (int i = s * perSample; i < (s + 1) * perSample; i++) {
        if (!Float.isNaN(expected[i])) {
          double error = (double) actual[i] - expected[i];
          squares += error * error;
          magnitudes += Math.abs(error);
          counted++;
        }
      }
      squared.set(batch.index(s), squares, counted);
      absolute.set(batch.index(s), magnitudes, counted);
    }
  }

  @Override
  public List<SampledMetric> metrics() {
    return List.of(squared, absolute);
  }
}
