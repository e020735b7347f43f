package dev.tailgate.stats.metric;

import static dev.tailgate.stats.metric.Direction.LOWER;

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
  public static final MetricSpec KURTOSIS =
      new MetricSpec(
          "kurtosis",
          "1",
          LOWER,
          "mean over rows of m4 / (s^4 + 1e-6), with m4 = sum (x - mean)^4 / d and s^2 = sum (x -"
              + " mean)^2 / (d - 1) over the d values of a row; about 3 for a Gaussian",
          PAPERS);

  /** Textbook excess kurtosis of all values of one tap. */
  public static final MetricSpec POOLED_EXCESS_KURTOSIS =
      new MetricSpec(
          "pooled_excess_kurtosis",
          "1",
          LOWER,
          "n M4 / M2^2 - 3 over all n values of all rows, with Mk = sum (x - mean)^k; 0 for a"
              + " Gaussian",
          "population excess (Fisher) kurtosis; merged as in Pebay, SAND2008-6212 (2008)");

  /** The papers' infinity norm of one tap. */
  public static final MetricSpec MAX_INF_NORM =
      new MetricSpec(
          "max_inf_norm",
          OF_ACTIVATION,
          LOWER,
          "mean over rows of max |x| in the row; for a model, the largest such mean over its taps",
          PAPERS);

  /** The plain global maximum of one tap. */
  public static final MetricSpec ABS_MAX =
      new MetricSpec(
          "abs_max",
          OF_ACTIVATION,
          LOWER,
          "max |x| over all finite values",
          "definition; not the papers' max inf norm, which averages over rows");

  /** The number of values far from the mean. */
  public static final MetricSpec OUTLIERS_6SIGMA =
      new MetricSpec(
          "outliers_6sigma",
          "values",
          LOWER,
          "number of x with |x - mean| > 6 standard deviations of the tensor",
          "criterion for an outlier in arXiv 2306.12929");

  /** The headline mean of {@link #KURTOSIS} over taps. */
  public static final MetricSpec AVERAGE_KURTOSIS =
      new MetricSpec("average_kurtosis", "1", LOWER, "plain mean of kurtosis over taps", PAPERS);

  /** The headline maximum of {@link #KURTOSIS} over taps. */
  public static final MetricSpec MAX_KURTOSIS =
      new MetricSpec("max_kurtosis", "1", LOWER, "largest kurtosis over taps", PAPERS);

  private static final List<MetricSpec> ALL =
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
  public static List<MetricSpec> all() {
    return ALL;
  }
}
