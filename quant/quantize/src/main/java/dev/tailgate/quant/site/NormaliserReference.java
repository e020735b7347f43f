package dev.tailgate.quant.site;

import dev.tailgate.onnx.rewrite.Clipping;
import dev.tailgate.onnx.rewrite.NormaliserSpec;
import dev.tailgate.onnx.rewrite.Sink;
import java.util.Optional;

/**
 * The slow and plain form of a normaliser, in doubles, against which a rewritten graph is measured.
 * For scores {@code z [S]} of one query and the sink logit {@code s} of its head,
 *
 * <pre>
 *   m = max(s, max_j z_j)
 *   p_i = exp(z_i - m) / (exp(s - m) + sum_j exp(z_j - m))      Softmax1 is s = 0, softmax s = -inf
 *   p_i = clip((zeta - gamma) p_i + gamma, 0, 1)                where clipped
 * </pre>
 *
 * <p>Edge cases: a row of minus infinity only gives exactly 0 with a sink, and NaN without one, as
 * softmax does. A row with a NaN or with plus infinity is NaN. An empty row stays empty. The error
 * of an element is a few ulps of double, far below what a float32 graph can show.
 *
 * <p>Sources: Softmax1, arXiv 2404.03828; Clipped_Softmax, arXiv 2306.12929, equation 4.
 */
public final class NormaliserReference {
  private static final double[] NONE = {};

  private final double[] sinks;
  private final Optional<Clipping> clipping;

  private NormaliserReference(double[] sinks, Optional<Clipping> clipping) {
    this.sinks = sinks;
    this.clipping = clipping;
  }

  /** The reference of {@code spec}. */
  public static NormaliserReference of(NormaliserSpec spec) {
    return new NormaliserReference(
        spec.sink().map(NormaliserReference::logits).orElse(NONE), spec.clipping());
  }

  private static double[] logits(Sink sink) {
    return sink instanceof Sink.PerHead heads
        ? heads.logits()
        : new double[] {((Sink.Logit) sink).value()};
  }

  /** Number of heads that are normalised differently; 1 where all are alike. */
  public int heads() {
    return Math.max(1, sinks.length);
  }

  /**
   * Replaces scores by probabilities.
   *
   * @param row all scores of one query, {@code [S]}; {@code S} is the {@code T} of {@code gamma =
   *     -alpha / T}
   * @param head below {@link #heads()}
   */
  public void normalise(double[] row, int head) {
    double sink = sinks.length == 0 ? Double.NEGATIVE_INFINITY : sinks[head];
    double max = sink;
    for (double score : row) {
      max = Math.max(max, score);
    }
    double sum = sinks.length == 0 ? 0 : Math.exp(sink - max);
    for (int i = 0; i < row.length; i++) {
      row[i] = Math.exp(row[i] - max);
      sum += row[i];
    }
    double gamma = gamma(row.length);
    double stretch = zeta() - gamma;
    for (int i = 0; i < row.length; i++) {
      row[i] /= sum;
      if (clipping.isPresent()) {
        row[i] = Math.min(1, Math.max(0, stretch * row[i] + gamma));
      }
    }
  }

  private double gamma(int length) {
    if (clipping.isEmpty()) {
      return 0;
    }
    return clipping.get() instanceof Clipping.Bounds bounds
        ? bounds.gamma()
        : -((Clipping.PerLength) clipping.get()).alpha() / length;
  }

  private double zeta() {
    return clipping.isPresent() && clipping.get() instanceof Clipping.Bounds bounds
        ? bounds.zeta()
        : 1;
  }
}
