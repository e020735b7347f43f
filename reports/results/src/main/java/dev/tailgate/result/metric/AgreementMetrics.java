package dev.tailgate.result.metric;

import static dev.tailgate.stats.metric.Direction.HIGHER;
import static dev.tailgate.stats.metric.Direction.LOWER;

import java.util.List;

/** How near the outputs of a model are to those of the float model. */
public final class AgreementMetrics {

  /** Agreement of neighbourhoods. */
  public static final Metric NEIGHBOUR_AGREEMENT =
      new Metric(
          "neighbour_agreement",
          "fraction",
          HIGHER,
          "mean over samples of the fraction of its 10 nearest neighbours by cosine, among the"
              + " evaluated samples, that ref and test share",
          "definition");

  /** Power of the output error, in parts of the output's. */
  public static final Metric OUTPUT_ERROR =
      new Metric(
          "output_error",
          "1",
          LOWER,
          "sum (ref - test)^2 / sum ref^2 over all elements of an output; SQNR is -10 log10 of it",
          "definition");

  /** Signal to quantization noise. */
  public static final Metric SQNR =
      new Metric(
              "sqnr",
              "dB",
              HIGHER,
              "10 log10(sum ref^2 / sum (ref - test)^2); +Infinity when equal",
              "Widrow and Kollar, Quantization Noise (2008)")
          .reads(
              "SQNR",
              "Signal to quantization noise; 6 dB more is half the error. ref are float outputs, test"
                  + " quantized ones. Where ref is not finite nothing is compared; a test that is NaN"
                  + " or infinite anywhere else has no SQNR.")
          .ofOutputs("SQNR of the outputs against the float model, dB");

  /** Agreement in direction. */
  public static final Metric COSINE_SIMILARITY =
      new Metric(
              "cosine_similarity",
              "1",
              HIGHER,
              "mean over samples of ref . test / (|ref| |test|)",
              "definition")
          .reads(
              "cosine",
              "1 when quantization keeps the direction of the outputs. A test that is NaN or infinite"
                  + " where ref is finite has none.")
          .ofOutputs("cosine similarity of the outputs with the float model's");

  /** Agreement of predicted distributions. */
  public static final Metric KL_DIVERGENCE =
      new Metric(
              "kl_divergence",
              "nat",
              LOWER,
              "mean over positions of sum_v p_v ln(p_v / q_v), p = softmax(ref), q = softmax(test)",
              "Kullback and Leibler, Ann. Math. Stat. 22, 79 (1951)")
          .reads(
              "KL",
              "0 when both models predict the same distribution. A test without a softmax where ref has"
                  + " one has none.")
          .ofOutputs("Kullback-Leibler divergence from the float model's predictions, nat");

  /** Agreement of predicted classes. */
  public static final Metric TOP1_AGREEMENT =
      new Metric(
              "top1_agreement",
              "fraction",
              HIGHER,
              "fraction of positions at which ref and test have their largest logit at the same index",
              "definition")
          .reads(
              "top-1",
              "1 when quantization changes no decision. A test that is NaN where ref is not disagrees.")
          .ofOutputs("fraction of predictions that agree with the float model's");

  private static final List<Metric> ALL =
      List.of(
          NEIGHBOUR_AGREEMENT,
          OUTPUT_ERROR,
          SQNR,
          COSINE_SIMILARITY,
          KL_DIVERGENCE,
          TOP1_AGREEMENT);

  private AgreementMetrics() {}

  /** All of them, in the order in which they are printed. */
  public static List<Metric> all() {
    return ALL;
  }
}
