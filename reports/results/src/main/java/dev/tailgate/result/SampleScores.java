package dev.tailgate.result;

import java.util.List;
import java.util.Locale;

/**
 * What each sample contributes to a task metric, so that two results over the same samples can be
 * compared sample by sample.
 *
 * <p>Over any draw of samples the metric is {@code f(sum y_i / sum w_i)}: {@code y_i} the sample's
 * entry of {@code fp} or {@code quantized}, {@code w_i} its weight, {@code f} the exponential or
 * the identity. A sample of weight 0 has nothing to say.
 *
 * @param metric the metric's id, the headline one of the task
 * @param exponential whether {@code f} is the exponential, as for perplexity
 * @param fp sums of the float model, in the order of the samples
 * @param quantized those of the quantized model; empty where nothing was quantized
 * @param weights parts behind each sum, such as tokens
 */
public record SampleScores(
    String metric,
    boolean exponential,
    List<Double> fp,
    List<Double> quantized,
    List<Double> weights) {
  /** More samples than this are not kept: the file would be larger than what it says is worth. */
  public static final int MOST = 20_000;

  /** Refuses lists of different lengths. */
  public SampleScores {
    Require.text("sample_scores.metric", metric);
    fp = List.copyOf(fp);
    quantized = List.copyOf(quantized);
    weights = List.copyOf(weights);
    boolean isWhole = quantized.isEmpty() || quantized.size() == weights.size();
    if (fp.size() != weights.size() || !isWhole) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "sample_scores has %d weights, %d float and %d quantized sums, expected as many of each",
              weights.size(),
              fp.size(),
              quantized.size()));
    }
  }
}
