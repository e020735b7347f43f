package dev.tailgate.stats.metric;

import static dev.tailgate.stats.metric.Direction.HIGHER;
import static dev.tailgate.stats.metric.Direction.LOWER;

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
          LOWER,
          "exp of the mean over batches of the batch's mean negative log-likelihood in nats; depends"
              + " on the batching when batches hold unequal numbers of tokens",
          "published code of arXiv 2306.12929");

  /** Perplexity averaged over tokens. */
  public static final MetricSpec TOKEN_PERPLEXITY =
      new MetricSpec(
          "token_perplexity",
          "1",
          LOWER,
          "exp of the mean negative log-likelihood in nats over all predicted tokens",
          "Jelinek et al., J. Acoust. Soc. Am. 62, S63 (1977)");

  /** Power of the output error, in parts of the output's. */
  public static final MetricSpec OUTPUT_ERROR =
      new MetricSpec(
          "output_error",
          "1",
          LOWER,
          "sum (ref - test)^2 / sum ref^2 over all elements of an output; SQNR is -10 log10 of it",
          "definition");

  /** Fraction of correct predictions. */
  public static final MetricSpec ACCURACY =
      new MetricSpec(
          "accuracy",
          "fraction",
          HIGHER,
          "samples whose largest logit is at the label / samples",
          "definition");

  /** Fraction of right tokens. */
  public static final MetricSpec TOKEN_ACCURACY =
      new MetricSpec(
          "token_accuracy",
          "fraction",
          HIGHER,
          "tokens whose largest logit is at the label / tokens with a label",
          "definition");

  /** Fraction of labels among the five largest logits. */
  public static final MetricSpec TOP5_ACCURACY =
      new MetricSpec(
          "top5_accuracy",
          "fraction",
          HIGHER,
          "samples whose label has one of the five largest logits / samples",
          "Russakovsky et al., Int. J. Comput. Vis. 115, 211 (2015)");

  /** F1 of class 1. */
  public static final MetricSpec F1 =
      new MetricSpec(
          "f1",
          "1",
          HIGHER,
          "2 tp / (predicted + labelled) of class 1",
          "van Rijsbergen, Information Retrieval (1979)");

  /** Mean F1 over classes. */
  public static final MetricSpec F1_MACRO =
      new MetricSpec(
          "f1_macro",
          "1",
          HIGHER,
          "mean of 2 tp_k / (predicted_k + labelled_k) over the classes k that occur",
          "van Rijsbergen, Information Retrieval (1979)");

  /** Matthews' correlation coefficient. */
  public static final MetricSpec MCC =
      new MetricSpec(
          "mcc",
          "1",
          HIGHER,
          "(c n - sum p_k t_k) / sqrt((n^2 - sum p_k^2) (n^2 - sum t_k^2)), c right of n, p_k"
              + " predictions and t_k labels of class k; 0 where one class is all",
          "Gorodkin, Comput. Biol. Chem. 28, 367 (2004)");

  /** Answers that are right to the token. */
  public static final MetricSpec SPAN_EXACT_MATCH =
      new MetricSpec(
          "span_exact_match",
          "fraction",
          HIGHER,
          "answers whose first and last token are both right / answers",
          "Rajpurkar et al., arXiv 1606.05250, on tokens instead of words");

  /** Overlap of answers. */
  public static final MetricSpec SPAN_F1 =
      new MetricSpec(
          "span_f1",
          "1",
          HIGHER,
          "mean over answers of 2 |overlap| / (|predicted| + |right|), in tokens",
          "Rajpurkar et al., arXiv 1606.05250, on tokens instead of words");

  /** Mean squared error. */
  public static final MetricSpec MSE =
      new MetricSpec(
          "mse",
          "1",
          LOWER,
          "mean over elements of (prediction - label)^2, in the unit of the labels squared",
          "definition");

  /** Mean absolute error. */
  public static final MetricSpec MAE =
      new MetricSpec(
          "mae",
          "1",
          LOWER,
          "mean over elements of |prediction - label|, in the unit of the labels",
          "definition");

  /** Agreement with human scores. */
  public static final MetricSpec SPEARMAN =
      new MetricSpec(
          "spearman",
          "1",
          HIGHER,
          "rank correlation of the cosine similarity of two embeddings with the pair's score",
          "Cer et al., SemEval-2017 task 1; Spearman, Am. J. Psychol. 15, 72 (1904)");

  /** Agreement of neighbourhoods. */
  public static final MetricSpec NEIGHBOUR_AGREEMENT =
      new MetricSpec(
          "neighbour_agreement",
          "fraction",
          HIGHER,
          "mean over samples of the fraction of its 10 nearest neighbours by cosine, among the"
              + " evaluated samples, that ref and test share",
          "definition");

  /** Signal to quantization noise. */
  public static final MetricSpec SQNR =
      new MetricSpec(
          "sqnr",
          "dB",
          HIGHER,
          "10 log10(sum ref^2 / sum (ref - test)^2); +Infinity when equal",
          "Widrow and Kollar, Quantization Noise (2008)");

  /** Agreement in direction. */
  public static final MetricSpec COSINE_SIMILARITY =
      new MetricSpec(
          "cosine_similarity",
          "1",
          HIGHER,
          "mean over samples of ref . test / (|ref| |test|)",
          "definition");

  /** Agreement of predicted distributions. */
  public static final MetricSpec KL_DIVERGENCE =
      new MetricSpec(
          "kl_divergence",
          "nat",
          LOWER,
          "mean over positions of sum_v p_v ln(p_v / q_v), p = softmax(ref), q = softmax(test)",
          "Kullback and Leibler, Ann. Math. Stat. 22, 79 (1951)");

  /** Agreement of predicted classes. */
  public static final MetricSpec TOP1_AGREEMENT =
      new MetricSpec(
          "top1_agreement",
          "fraction",
          HIGHER,
          "fraction of positions at which ref and test have their largest logit at the same index",
          "definition");

  private static final List<MetricSpec> ALL =
      Stream.concat(
              OutlierMetrics.all().stream(),
              Stream.of(
                  PERPLEXITY,
                  TOKEN_PERPLEXITY,
                  TOKEN_ACCURACY,
                  ACCURACY,
                  TOP5_ACCURACY,
                  F1,
                  F1_MACRO,
                  MCC,
                  SPAN_EXACT_MATCH,
                  SPAN_F1,
                  MSE,
                  MAE,
                  SPEARMAN,
                  NEIGHBOUR_AGREEMENT,
                  OUTPUT_ERROR,
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
