package dev.tailgate.stats.metric;

import static dev.tailgate.stats.metric.Direction.HIGHER_IS_BETTER;
import static dev.tailgate.stats.metric.Direction.LOWER_IS_BETTER;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Every metric that Tailgate reports; task and agreement metrics are declared here. */
public final class Metrics {

  /** Perplexity averaged as the papers do. */
  public static final MetricSpec PERPLEXITY =
      new MetricSpec(
          "perplexity",
          "1",
          LOWER_IS_BETTER,
          "exp of the mean over batches of the batch's mean negative log-likelihood in nats; depends"
              + " on the batching when batches hold unequal numbers of tokens",
          "published code of arXiv 2306.12929");

  /** Perplexity averaged over tokens. */
  public static final MetricSpec TOKEN_PERPLEXITY =
      new MetricSpec(
          "token_perplexity",
          "1",
          LOWER_IS_BETTER,
          "exp of the mean negative log-likelihood in nats over all predicted tokens",
          "Jelinek et al., J. Acoust. Soc. Am. 62, S63 (1977)");

  /** Fraction of correct predictions. */
  public static final MetricSpec ACCURACY =
      new MetricSpec(
          "accuracy",
          "fraction",
          HIGHER_IS_BETTER,
          "correct / total; interval by Wilson's score method",
          "Wilson, J. Am. Stat. Assoc. 22, 209 (1927) for the interval");

  /** Signal to quantization noise. */
  public static final MetricSpec SQNR =
      new MetricSpec(
          "sqnr",
          "dB",
          HIGHER_IS_BETTER,
          "10 log10(sum ref^2 / sum (ref - test)^2); +Infinity when equal",
          "Widrow and Kollar, Quantization Noise (2008)");

  /** Agreement in direction. */
  public static final MetricSpec COSINE_SIMILARITY =
      new MetricSpec(
          "cosine_similarity",
          "1",
          HIGHER_IS_BETTER,
          "mean over samples of ref . test / (|ref| |test|)",
          "definition");

  /** Agreement of predicted distributions. */
  public static final MetricSpec KL_DIVERGENCE =
      new MetricSpec(
          "kl_divergence",
          "nat",
          LOWER_IS_BETTER,
          "mean over positions of sum_v p_v ln(p_v / q_v), p = softmax(ref), q = softmax(test)",
          "Kullback and Leibler, Ann. Math. Stat. 22, 79 (1951)");

  /** Agreement of predicted classes. */
  public static final MetricSpec TOP1_AGREEMENT =
      new MetricSpec(
          "top1_agreement",
          "fraction",
          HIGHER_IS_BETTER,
          "fraction of positions at which ref and test have their largest logit at the same index",
          "definition");

  private static final List<MetricSpec> ALL =
      Stream.concat(
              OutlierMetrics.all().stream(),
              Stream.of(
                  PERPLEXITY,
                  TOKEN_PERPLEXITY,
                  ACCURACY,
                  SQNR,
                  COSINE_SIMILARITY,
                  KL_DIVERGENCE,
                  TOP1_AGREEMENT))
          .toList();

  private Metrics() {}

  /** All metrics, outlier metrics first, in the order in which they are printed. */
  public static List<MetricSpec> all() {
    return ALL;
  }

  /** The metric of that id, if there is one. */
  public static Optional<MetricSpec> byId(String id) {
    return ALL.stream().filter(metric -> metric.id().equals(id)).findFirst();
  }
}
