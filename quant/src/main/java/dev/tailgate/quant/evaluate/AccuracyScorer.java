package dev.tailgate.quant.evaluate;

import dev.tailgate.quant.data.Batch;
import dev.tailgate.quant.tensor.Elements;
import dev.tailgate.quant.tensor.Tensor;
import dev.tailgate.stats.metric.Accuracy;
import dev.tailgate.stats.metric.Metrics;
import java.util.List;
import java.util.Map;

/**
 * Fraction of samples whose largest logit, of {@code [B, C]}, is that of the label; the lowest
 * class among equals is the prediction, and logits with a NaN predict nothing, which is wrong.
 * Labels of -100 are left out.
 */
final class AccuracyScorer implements TaskScorer {
  private final String output;
  private final Accuracy accuracy = Accuracy.create();

  AccuracyScorer(String output) {
    this.output = output;
  }

  @Override
  public void accept(Batch batch, Map<String, Tensor> outputs) {
    Tensor logits = Predictions.output(output, outputs);
    long[] labels = Predictions.labels(batch, logits, 1);
    int classes = (int) logits.dim(1);
    float[] values = Elements.toFloats(logits);
    for (int s = 0; s < labels.length; s++) {
      if (labels[s] != PerplexityScorer.IGNORED) {
        int label = Predictions.requireClass(labels[s], classes, batch);
        accuracy.accept(isLargest(values, s * classes, classes, label));
      }
    }
  }

  private static boolean isLargest(float[] values, int from, int classes, int label) {
    float best = values[from + label];
    boolean largest = !Float.isNaN(best);
    for (int c = 0; c < classes; c++) {
      float other = values[from + c];
      largest &= c < label ? other < best : other <= best;
    }
    return largest;
  }

  @Override
  public List<Score> scores() {
    return List.of(Score.of(Metrics.ACCURACY, accuracy.value(), accuracy.interval()));
  }
}
