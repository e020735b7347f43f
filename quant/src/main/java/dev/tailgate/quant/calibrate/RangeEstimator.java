package dev.tailgate.quant.calibrate;

/** How the range of an activation follows from the ranges of calibration batches. */
public sealed interface RangeEstimator {
  /** Spelling on the command line and in results. */
  String label();

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
      if (!(momentum >= 0 && momentum < 1)) {
        throw new IllegalArgumentException("Momentum must be in [0, 1), found " + momentum);
      }
    }

    @Override
    public String label() {
      return "running_minmax";
    }
  }

  /**
   * Running average, as {@link RunningMinMax}, of the batch percentiles {@code (100 - p, p)}, each
   * by linear interpolation between the two nearest order statistics, exactly.
   */
  record Percentile(double percent, double momentum) implements RangeEstimator {
    /** Refuses percentages outside the upper half. */
    public Percentile {
      if (!(percent > 50 && percent <= 100)) {
        throw new IllegalArgumentException("Percentile must be in (50, 100], found " + percent);
      }
      if (!(momentum >= 0 && momentum < 1)) {
        throw new IllegalArgumentException("Momentum must be in [0, 1), found " + momentum);
      }
    }

    @Override
    public String label() {
      return "percentile " + percent;
    }
  }
}
