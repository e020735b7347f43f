package dev.tailgate.quant.calibrate;

import java.util.List;

/** How the range of an activation follows from the values of calibration data. */
public sealed interface RangeEstimator {
  /** The spellings that {@link #parse} reads, in the order in which they are listed. */
  List<String> LABELS =
      List.of("minmax", "running_minmax", "percentile", "running_percentile", "mse", "entropy");

  /** The papers' weight of the past. */
  double PAPERS_MOMENTUM = 0.9;

  /** Spelling in results; percentiles carry their percentage. */
  String label();

  /**
   * Reads one of {@link #LABELS}; running estimators get the papers' momentum.
   *
   * @param percent for the two percentile estimators, for example 99.999
   * @throws IllegalArgumentException for anything else
   */
  static RangeEstimator parse(String label, double percent) {
    return switch (label) {
      case "minmax" -> new MinMax();
      case "running_minmax" -> new RunningMinMax(PAPERS_MOMENTUM);
      case "percentile" -> new Percentile(percent);
      case "running_percentile" -> new RunningPercentile(percent, PAPERS_MOMENTUM);
      case "mse" -> new Mse();
      case "entropy" -> new Entropy();
      default ->
          throw new IllegalArgumentException(
              "Expected one of " + String.join(", ", LABELS) + ", found '" + label + "'");
    };
  }

  /** Union of the batch ranges; independent of how samples are batched. */
  record MinMax() implements RangeEstimator {
    @Override
    public String label() {
      return "minmax";
    }
  }

  /**
   * Exponential average of batch ranges: the first batch sets the range, then {@code r = m r + (1 -
   * m) r_batch}. Depends on batching by definition. The papers use m = 0.9.
   */
  record RunningMinMax(double momentum) implements RangeEstimator {
    /** Refuses averages that diverge. */
    public RunningMinMax {
      requireMomentum(momentum);
    }

    @Override
    public String label() {
      return "running_minmax";
    }
  }

  /**
   * The percentiles {@code (100 - p, p)} of all values of all batches, exactly, by linear
   * interpolation between the two nearest order statistics; independent of batching.
   */
  record Percentile(double percent) implements RangeEstimator {
    /** Refuses percentages outside the upper half. */
    public Percentile {
      requirePercent(percent);
    }

    @Override
    public String label() {
      return "percentile " + percent;
    }
  }

  /**
   * Running average, as {@link RunningMinMax}, of the batch percentiles {@code (100 - p, p)}, each
   * by linear interpolation between the two nearest order statistics, exactly. What the code of
   * arXiv 2306.12929 does for OPT.
   */
  record RunningPercentile(double percent, double momentum) implements RangeEstimator {
    /** Refuses percentages outside the upper half and averages that diverge. */
    public RunningPercentile {
      requirePercent(percent);
      requireMomentum(momentum);
    }

    @Override
    public String label() {
      return "running_percentile " + percent;
    }
  }

  /** The shrunk range of least expected squared error: {@link MseSearch}. */
  record Mse() implements RangeEstimator {
    @Override
    public String label() {
      return "mse";
    }
  }

  /** The clipped range of least divergence of the distribution: {@link EntropySearch}. */
  record Entropy() implements RangeEstimator {
    @Override
    public String label() {
      return "entropy";
    }
  }

  private static void requireMomentum(double momentum) {
    if (!(momentum >= 0 && momentum < 1)) {
      throw new IllegalArgumentException("Momentum must be in [0, 1), found " + momentum);
    }
  }

  private static void requirePercent(double percent) {
    if (!(percent > 50 && percent <= 100)) {
      throw new IllegalArgumentException("Percentile must be in (50, 100], found " + percent);
    }
  }
}
