package dev.tailgate.data.generated;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Draws distributions. */
final class Dirichlet {
  private Dirichlet() {}

  /** A distribution over {@code size} outcomes of a symmetric Dirichlet distribution. */
  static double[] draw(SplittableRandom random, int size, double concentration) {
    double[] logs = new double[size];
    Arrays.setAll(logs, i -> logGamma(random, concentration));
    double largest = Arrays.stream(logs).max().orElse(0);
    double[] drawn = Arrays.stream(logs).map(l -> Math.exp(l - largest)).toArray();
    double sum = Arrays.stream(drawn).sum();
    return Arrays.stream(drawn).map(d -> d / sum).toArray();
  }

  /**
   * The logarithm of a gamma variate of this shape (Marsaglia and Tsang 2000); below 1 by the one
   * of {@code shape + 1}, whose product with a power of a uniform it is. In logarithms, since small
   * shapes leave the range of doubles.
   */
  private static double logGamma(SplittableRandom random, double shape) {
    double d = (shape < 1 ? shape + 1 : shape) - 1.0 / 3;
    double c = 1 / Math.sqrt(9 * d);
    while (true) {
      double x = random.nextGaussian();
      double v = Math.pow(1 + c * x, 3);
      if (v > 0 && Math.log(1 - random.nextDouble()) < 0.5 * x * x + d - d * v + d * Math.log(v)) {
        double log = Math.log(d * v);
        return shape < 1 ? log + Math.log(1 - random.nextDouble()) / shape : log;
      }
    }
  }
}
