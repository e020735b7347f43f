package dev.tailgate.quant.score;

import dev.tailgate.data.Batch;
import dev.tailgate.data.Labels;
import dev.tailgate.engine.tensor.DataException;
import dev.tailgate.engine.tensor.Elements;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.result.metric.TaskMetrics;
import dev.tailgate.stats.metric.Predicted;
import dev.tailgate.stats.metric.RatioOfSums;
import dev.tailgate.stats.metric.SampledMetric;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Accuracy, F1 and Matthews' correlation of logits {@code [B, C]} for labels {@code [B]}, or {@code
 * [B, T, C]} for {@code [B, T]}. The lowest class among equal logits is the prediction; logits with
 * a NaN predict nothing, which is wrong. Labels of -100 do not count. One logit a sample is that of
 * class 1 of two.
 */
final class ClassScorer implements TaskScorer {
  private static final int TOP = 5;

  private final String output;
  private final int labelRank;
  private final RatioOfSums accuracy = RatioOfSums.mean(TaskMetrics.ACCURACY);
  private final RatioOfSums topFive = RatioOfSums.mean(TaskMetrics.TOP5_ACCURACY);
  private @Nullable Predicted predicted;
  private int classes;

  ClassScorer(String output, int labelRank) {
    this.output = output;
    this.labelRank = labelRank;
  }

  @Override
  public void accept(Batch batch, Map<String, Tensor> outputs) {
    Tensor logits = Predictions.output(output, batch, outputs);
    long[] labels = Predictions.labels(batch, logits, labelRank);
    int width = (int) logits.dim(-1);
    Predicted counts = counts(Math.max(2, width));
    float[] values = Elements.toFloats(logits);
    int samples = (int) logits.dim(0);
    int perSample = samples == 0 ? 0 : labels.length / samples;
    for (int s = 0; s < samples; s++) {
      int seen = 0;
      int right = 0;
      int near = 0;
      for (int i = s * perSample; i < (s + 1) * perSample; i++) {
        if (labels[i] != Labels.IGNORED) {
          int label = Predictions.requireClass(labels[i], classes, batch, s);
          int prediction = prediction(values, i * width, width);
          counts.add(label, prediction);
          seen++;
          right += prediction == label ? 1 : 0;
          near += width > TOP && isAmongLargest(values, i * width, width, label) ? 1 : 0;
        }
      }
      accuracy.set(batch.index(s), right, seen);
      topFive.set(batch.index(s), near, seen);
      counts.endSample(batch.index(s));
    }
  }

  private Predicted counts(int found) {
    Predicted counts = predicted;
    if (counts == null) {
      counts = Predicted.of(found);
      predicted = counts;
      classes = found;
    }
    if (classes != found) {
      throw DataException.doing("scoring predictions")
          .expected(classes + " classes, as in the first batch")
          .found(Integer.toString(found))
          .fix("Export the model with a fixed number of classes.");
    }
    return counts;
  }

  private static int prediction(float[] values, int from, int width) {
    if (width > 1) {
      return Predictions.largest(values, from, width);
    }
    return Float.isNaN(values[from]) ? -1 : values[from] > 0 ? 1 : 0;
  }

  /** Fewer than five logits are larger, or as large and of a lower class. */
  private static boolean isAmongLargest(float[] values, int from, int width, int label) {
    float own = values[from + label];
    int before = 0;
    for (int c = 0; c < width; c++) {
      float other = values[from + c];
      before += other > own || (other == own && c < label) ? 1 : 0;
    }
    return !Float.isNaN(own) && before < TOP;
  }

  @Override
  public List<SampledMetric> metrics() {
    List<SampledMetric> metrics = new ArrayList<>(List.of(accuracy));
    Predicted counts = predicted;
    if (counts == null) {
      return List.copyOf(metrics);
    }
    if (classes > TOP) {
      metrics.add(topFive);
    }
    metrics.add(
        classes == 2
            ? counts.metric(Predicted.Kind.F1, TaskMetrics.F1)
            : counts.metric(Predicted.Kind.F1_MACRO, TaskMetrics.F1_MACRO));
    metrics.add(counts.metric(Predicted.Kind.MCC, TaskMetrics.MCC));
    return List.copyOf(metrics);
  }
}
