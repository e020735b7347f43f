package dev.tailgate.heal.remedy.rounding;

import java.util.Locale;
import java.util.Random;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.CholeskyDecomposition;
import org.apache.commons.math3.linear.RealMatrix;

/**
 * Times the factor that {@link Gptq} needs, the upper Cholesky factor of an inverse, against two
 * decompositions and the inverse of Commons Math: arguments WIDTH..., and "own" to leave out the
 * latter.
 */
public final class FactorBench {
  private FactorBench() {}

  public static void main(String[] args) {
    boolean own = args[0].equals("own");
    for (int i = own ? 1 : 0; i < args.length; i++) {
      int n = Integer.parseInt(args[i]);
      double[] h = definite(n);
      long start = System.nanoTime();
      int[] order = TriangularFactors.order(h, n, false);
      double[] factor = TriangularFactors.ofInverse(h, n, order);
      double ours = (System.nanoTime() - start) / 1e9;
      System.out.printf(Locale.ROOT, "K = %d: %.2f s", n, ours);
      if (!own) {
        compare(h, n, factor, ours);
      }
      System.out.println();
    }
  }

  private static void compare(double[] h, int n, double[] factor, double ours) {
    RealMatrix matrix = new Array2DRowRealMatrix(n, n);
    for (int i = 0; i < n * n; i++) {
      matrix.setEntry(i / n, i % n, h[i]);
    }
    long start = System.nanoTime();
    CholeskyDecomposition decomposition = new CholeskyDecomposition(matrix, 1e-6, 1e-12);
    double once = (System.nanoTime() - start) / 1e9;
    RealMatrix inverse = decomposition.getSolver().getInverse();
    RealMatrix upper = new CholeskyDecomposition(inverse, 1e-6, 1e-12).getLT();
    double theirs = (System.nanoTime() - start) / 1e9;
    double worst = 0;
    for (int i = 0; i < n * n; i++) {
      worst = Math.max(worst, Math.abs(upper.getEntry(i / n, i % n) - factor[i]));
    }
    System.out.printf(
        Locale.ROOT,
        ", Commons Math %.2f s (first decomposition %.2f s), ratio %.1f, largest difference %.1e",
        theirs,
        once,
        theirs / ours,
        worst);
  }

  /** Diagonally dominant, so definite. */
  private static double[] definite(int n) {
    Random random = new Random(3);
    double[] h = new double[n * n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j <= i; j++) {
        h[i * n + j] = i == j ? 1 : (random.nextDouble() - 0.5) / Math.sqrt(n);
        h[j * n + i] = h[i * n + j];
      }
      h[i * n + i] += 1;
    }
    return h;
  }
}
