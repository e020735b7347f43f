package dev.tailgate.onnx.rewrite;

/**
 * The stretch of Clipped_Softmax, {@code clip((zeta - gamma) p + gamma, 0, 1)}, after arXiv
 * 2306.12929: probabilities up to {@code -gamma / (zeta - gamma)} become exactly 0.
 */
public sealed interface Clipping {
  /** The lower end over {@code length} keys, at most 0. */
  double gamma(int length);

  /** The upper end, at least 1. */
  double zeta();

  /**
   * Given bounds.
   *
   * @param gamma at most 0
   * @param zeta at least 1
   */
  record Bounds(double gamma, double zeta) implements Clipping {
    /** Refuses bounds that do not stretch. */
    public Bounds {
      if (!(gamma <= 0) || Double.isInfinite(gamma)) {
        throw new IllegalArgumentException("gamma must be at most 0, found " + gamma);
      }
      if (!(zeta >= 1) || Double.isInfinite(zeta)) {
        throw new IllegalArgumentException("zeta must be at least 1, found " + zeta);
      }
    }

    @Override
    public double gamma(int length) {
      return gamma;
    }
  }

  /**
   * {@code gamma = -alpha / T} with {@code T} the number of keys of the run, {@code zeta = 1}.
   *
   * @param alpha at least 0; 2 to 4 in the paper
   */
  record PerLength(double alpha) implements Clipping {
    /** Refuses a negative alpha. */
    public PerLength {
      if (!(alpha >= 0) || Double.isInfinite(alpha)) {
        throw new IllegalArgumentException("alpha must be at least 0, found " + alpha);
      }
    }

    @Override
    public double gamma(int length) {
      return -alpha / length;
    }

    @Override
    public double zeta() {
      return 1;
    }
  }
}
