package dev.tailgate.result.metric;

import static dev.tailgate.stats.metric.Direction.LOWER;

import dev.tailgate.result.Headline;
import dev.tailgate.result.TapResult;
import java.util.List;

/**
 * The outlier metrics of a tap and of a model.
 *
 * <p>Where the text of arXiv 2306.12929 leaves a choice open, its published code decides; arXiv
 * 2404.03828 uses the same code. Kurtosis compares models only under the same tap preset.
 */
public final class OutlierMetrics {

  private static final String PAPERS =
      "published code of arXiv 2306.12929 (Quantizable Transformers), used alike by arXiv 2404.03828"
          + " (OutEffHop)";
  private static final String OF_ACTIVATION = "activation";

  /** The papers' kurtosis of one tap. */
  public static final Metric KURTOSIS =
      new Metric(
              "kurtosis",
              "1",
              LOWER,
              "mean over rows of m4 / (s^4 + 1e-6), with m4 = sum (x - mean)^4 / d and s^2 = sum (x -"
                  + " mean)^2 / (d - 1) over the d values of a row; about 3 for a Gaussian",
              PAPERS)
          .reads(
              "kurtosis",
              "How heavy the tails of a row of d values are. A Gaussian has about 3, a row whose energy"
                  + " sits in one element approaches d. This is the form published results use: not"
                  + " reduced by 3, averaged over rows.")
          .boundedBy(
              GateMetric.taps(
                  "tap_kurtosis", "largest kurtosis of the selected taps", TapResult::kurtosis));

  /** Textbook excess kurtosis of all values of one tap. */
  public static final Metric POOLED_EXCESS_KURTOSIS =
      new Metric(
              "pooled_excess_kurtosis",
              "1",
              LOWER,
              "n M4 / M2^2 - 3 over all n values of all rows, with Mk = sum (x - mean)^k; 0 for a"
                  + " Gaussian",
              "population excess (Fisher) kurtosis; merged as in Pebay, SAND2008-6212 (2008)")
          .reads(
              "pooled excess kurtosis",
              "The textbook form. Differs from the row average when rows differ.")
          .boundedBy(
              GateMetric.taps(
                  "tap_pooled_excess_kurtosis",
                  "largest pooled excess kurtosis of the selected taps",
                  TapResult::pooledExcessKurtosis));

  /** The papers' infinity norm of one tap. */
  public static final Metric MAX_INF_NORM =
      new Metric(
              "max_inf_norm",
              OF_ACTIVATION,
              LOWER,
              "mean over rows of max |x| in the row; for a model, the largest such mean over its taps",
              PAPERS)
          .reads(
              "infinity norm",
              "The range a per-tensor quantizer must cover in a typical row. Smaller than the absolute"
                  + " maximum.")
          .ofModel("Max inf. norm", "largest of the taps' infinity norm", Headline::maxInfNorm)
          .boundedBy(
              GateMetric.taps(
                  "tap_inf_norm",
                  "largest infinity norm of the selected taps",
                  TapResult::maxInfNorm));

  /** The plain global maximum of one tap. */
  public static final Metric ABS_MAX =
      new Metric(
              "abs_max",
              OF_ACTIVATION,
              LOWER,
              "max |x| over all finite values",
              "definition; not the papers' max inf norm, which averages over rows")
          .reads(
              "abs max", "The single largest magnitude, given with its sample, token and channel.")
          .boundedBy(
              GateMetric.taps(
                  "tap_abs_max", "largest magnitude in the selected taps", TapResult::absMax));

  /** The number of values far from the mean. */
  public static final Metric OUTLIERS_6SIGMA =
      new Metric(
              "outliers_6sigma",
              "values",
              LOWER,
              "number of x with |x - mean| > 6 standard deviations of the tensor",
              "criterion for an outlier in arXiv 2306.12929")
          .reads("6\u03c3", "A Gaussian has two in a thousand million.")
          .boundedBy(
              GateMetric.taps(
                  "tap_outliers_6sigma",
                  "largest fraction of elements beyond 6 sigma among the selected taps",
                  tap -> (double) tap.outliers6sigma() / Math.max(1, tap.elements())));

  /** The headline mean of {@link #KURTOSIS} over taps. */
  public static final Metric AVERAGE_KURTOSIS =
      new Metric("average_kurtosis", "1", LOWER, "plain mean of kurtosis over taps", PAPERS)
          .reads(
              "average kurtosis",
              "One number for the model; comparable only under the same tap preset.")
          .ofModel("Avg. kurtosis", "mean of the taps' kurtosis", Headline::averageKurtosis);

  /** The headline maximum of {@link #KURTOSIS} over taps. */
  public static final Metric MAX_KURTOSIS =
      new Metric("max_kurtosis", "1", LOWER, "largest kurtosis over taps", PAPERS)
          .reads(
              "max kurtosis",
              "The tap with the heaviest tails; comparable only under the same tap preset.")
          .ofModel("Max kurtosis", "largest of the taps' kurtosis", Headline::maxKurtosis);

  private static final List<Metric> ALL =
      List.of(
          KURTOSIS,
          AVERAGE_KURTOSIS,
          MAX_KURTOSIS,
          POOLED_EXCESS_KURTOSIS,
          MAX_INF_NORM,
          ABS_MAX,
          OUTLIERS_6SIGMA);

  private OutlierMetrics() {}

  /** All of them, in the order in which they are printed. */
  public static List<Metric> all() {
    return ALL;
  }
}
