package dev.tailgate.result.metric;

import static dev.tailgate.stats.metric.Direction.HIGHER;
import static dev.tailgate.stats.metric.Direction.LOWER;

import dev.tailgate.stats.metric.Direction;
import java.util.List;

/** How good a model is at its task, by the labels of the data. */
public final class TaskMetrics {

  /** Perplexity averaged as the papers do. */
  public static final Metric PERPLEXITY =
      task(
          "perplexity",
          "1",
          LOWER,
          "exp of the mean over batches of 8 samples, in the order chosen and however many run"
              + " together, of the batch's mean negative log-likelihood in nats",
          "published code of arXiv 2306.12929");

  /** Perplexity averaged over tokens. */
  public static final Metric TOKEN_PERPLEXITY =
      task(
          "token_perplexity",
          "1",
          LOWER,
          "exp of the mean negative log-likelihood in nats over all predicted tokens",
          "Jelinek et al., J. Acoust. Soc. Am. 62, S63 (1977)");

  /** Fraction of right tokens. */
  public static final Metric TOKEN_ACCURACY =
      task(
          "token_accuracy",
          "fraction",
          HIGHER,
          "tokens whose largest logit is at the label / tokens with a label",
          "definition");

  /** Fraction of correct predictions. */
  public static final Metric ACCURACY =
      task(
          "accuracy",
          "fraction",
          HIGHER,
          "samples whose largest logit is at the label / samples",
          "definition");

  /** Fraction of labels among the five largest logits. */
  public static final Metric TOP5_ACCURACY =
      task(
          "top5_accuracy",
          "fraction",
          HIGHER,
          "samples whose label has one of the five largest logits / samples",
          "Russakovsky et al., Int. J. Comput. Vis. 115, 211 (2015)");

  /** F1 of class 1. */
  public static final Metric F1 =
      task(
          "f1",
          "1",
          HIGHER,
          "2 tp / (predicted + labelled) of class 1",
          "van Rijsbergen, Information Retrieval (1979)");

  /** Mean F1 over classes. */
  public static final Metric F1_MACRO =
      task(
          "f1_macro",
          "1",
          HIGHER,
          "mean of 2 tp_k / (predicted_k + labelled_k) over the classes k that occur",
          "van Rijsbergen, Information Retrieval (1979)");

  /** Matthews' correlation coefficient. */
  public static final Metric MCC =
      task(
          "mcc",
          "1",
          HIGHER,
          "(c n - sum p_k t_k) / sqrt((n^2 - sum p_k^2) (n^2 - sum t_k^2)), c right of n, p_k"
              + " predictions and t_k labels of class k; 0 where one class is all",
          "Gorodkin, Comput. Biol. Chem. 28, 367 (2004)");

  /** Answers that are right to the token. */
  public static final Metric SPAN_EXACT_MATCH =
      task(
          "span_exact_match",
          "fraction",
          HIGHER,
          "answers whose first and last token are both right / answers",
          "Rajpurkar et al., arXiv 1606.05250, on tokens instead of words");

  /** Overlap of answers. */
  public static final Metric SPAN_F1 =
      task(
          "span_f1",
          "1",
          HIGHER,
          "mean over answers of 2 |overlap| / (|predicted| + |right|), in tokens",
          "Rajpurkar et al., arXiv 1606.05250, on tokens instead of words");

  /** Mean squared error. */
  public static final Metric MSE =
      task(
          "mse",
          "1",
          LOWER,
          "mean over elements of (prediction - label)^2, in the unit of the labels squared",
          "definition");

  /** Mean absolute error. */
  public static final Metric MAE =
      task(
          "mae",
          "1",
          LOWER,
          "mean over elements of |prediction - label|, in the unit of the labels",
          "definition");

  /** Agreement with human scores. */
  public static final Metric SPEARMAN =
      task(
          "spearman",
          "1",
          HIGHER,
          "rank correlation of the cosine similarity of two embeddings with the pair's score",
          "Cer et al., SemEval-2017 task 1; Spearman, Am. J. Psychol. 15, 72 (1904)");

  private static final List<Metric> ALL =
      List.of(
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
          SPEARMAN);

  private TaskMetrics() {}

  /** All of them, in the order in which they are printed. */
  public static List<Metric> all() {
    return ALL;
  }

  /** A rule bounds the metric that the task is about, whichever it is. */
  private static Metric task(
      String id, String unit, Direction direction, String formula, String source) {
    return new Metric(id, unit, direction, formula, source)
        .boundedBy(GateMetric.TASK_FP, GateMetric.TASK_QUANTIZED, GateMetric.TASK_LOSS);
  }
}
