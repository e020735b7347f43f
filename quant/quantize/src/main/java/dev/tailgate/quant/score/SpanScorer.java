package dev.tailgate.quant.score;

import dev.tailgate.data.Batch;
import dev.tailgate.engine.input.ModelOutputs;
import dev.tailgate.engine.tensor.DataException;
import dev.tailgate.engine.tensor.Elements;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.result.metric.TaskMetrics;
import dev.tailgate.stats.metric.RatioOfSums;
import dev.tailgate.stats.metric.SampledMetric;
import java.util.List;
import java.util.Map;

/**
 * Exact match and F1 of answer spans. The prediction is the pair first {@code <=} last of at most
 * {@value #LONGEST} tokens with the largest sum of its two logits {@code [B, T]}, padding left out;
 * the label {@code [B, 2]} is the right pair, and a negative one does not count. F1 is that of the
 * tokens in both spans. The usual scores of SQuAD compare normalised words instead, and take the
 * best of several right answers.
 */
final class SpanScorer implements TaskScorer {
  /** Longer answers are not considered, as is usual. */
  static final int LONGEST = 30;

  private final ModelOutputs outputs;
  private final RatioOfSums exact = RatioOfSums.mean(TaskMetrics.SPAN_EXACT_MATCH);
  private final RatioOfSums overlap = RatioOfSums.mean(TaskMetrics.SPAN_F1);

  SpanScorer(ModelOutputs outputs) {
    this.outputs = outputs;
  }

  @Override
  public void accept(Batch batch, Map<String, Tensor> results) {
    if (!outputs.pointsAtSpans()) {
      throw DataException.doing("scoring answers")
          .expected("two outputs with a logit a token, start and end")
          .found("outputs " + results.keySet())
          .fix("Export a question answering model, or ask for --task agreement.");
    }
    Tensor starts = Predictions.output(outputs.spanStart().orElseThrow(), batch, results);
    Tensor ends = Predictions.output(outputs.spanEnd().orElseThrow(), batch, results);
    long[] labels = Predictions.integers(Predictions.labels(batch));
    int samples = batch.samples();
    int length = starts.rank() == 2 ? (int) starts.dim(1) : -1;
    if (length < 0 || starts.elementCount() != ends.elementCount() || labels.length < 2 * samples) {
      throw DataException.doing("scoring answers")
          .expected("logits [B, T] and labels [B, 2]")
          .found(starts + ", " + ends + " and " + labels.length + " labels")
          .where("sample " + batch.firstPlace())
          .fix("Check that the labels belong to the model.");
    }
    float[] first = Elements.toFloats(starts);
    float[] last = Elements.toFloats(ends);
    for (int s = 0; s < samples; s++) {
      long from = labels[2 * s];
      long to = labels[2 * s + 1];
      if (from < 0 || to < from) {
        exact.set(batch.index(s), 0, 0);
        overlap.set(batch.index(s), 0, 0);
        continue;
      }
      Predictions.requireClass(to, length, batch, s);
      int[] span = best(first, last, s * length, new ValidTokens(batch, s, length));
      exact.set(batch.index(s), span[0] == from && span[1] == to ? 1 : 0, 1);
      overlap.set(batch.index(s), f1(span, from, to), 1);
    }
  }

  /** First and last token of the best span; (-1, -2), which is empty, where all logits are NaN. */
  private static int[] best(float[] first, float[] last, int offset, ValidTokens valid) {
    int[] span = {-1, -2};
    double largest = Double.NEGATIVE_INFINITY;
    for (int from = 0; from < valid.length(); from++) {
      for (int to = from; valid.at(from) && to < Math.min(from + LONGEST, valid.length()); to++) {
        double score = (double) first[offset + from] + last[offset + to];
        if (valid.at(to) && score > largest) {
          largest = score;
          span[0] = from;
          span[1] = to;
        }
      }
    }
    return span;
  }

  private static double f1(int[] span, long from, long to) {
    long shared = Math.max(0, Math.min(span[1], to) - Math.max(span[0], from) + 1);
    return 2.0 * shared / (span[1] - span[0] + 1 + to - from + 1);
  }

  /** Which tokens of a sample are no padding. */
  private record ValidTokens(Batch batch, int sample, int length) {
    boolean at(int token) {
      return batch
          .mask()
          .filter(m -> m.rank() == 2 && m.dim(1) == length)
          .map(m -> m.data().asLongBuffer().get(sample * length + token) != 0)
          .orElse(true);
    }
  }

  @Override
  public List<SampledMetric> metrics() {
    return List.of(exact, overlap);
  }
}
