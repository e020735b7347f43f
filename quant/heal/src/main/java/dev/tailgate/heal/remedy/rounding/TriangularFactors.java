package dev.tailgate.heal.remedy.rounding;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Cholesky factor and its inverse for matrices as wide as a layer's input, in place, row-major.
 * Blocked so that the panel at work stays in the cache, and rows, or tiles of columns, are spread
 * over the processors; each number is computed by one thread in a fixed order, so that results do
 * not depend on their number. Commons Math's {@code CholeskyDecomposition} walks the whole matrix
 * once a column, and its solver once a row and column of the inverse: {@code FactorBench} compares.
 */
final class TriangularFactors {
  private static final int BLOCK = 64;

  private TriangularFactors() {}

  /**
   * Replaces the lower triangle of {@code a [n, n]} by {@code L} with {@code a = L L^T}. The upper
   * triangle is neither read nor changed.
   *
   * @return false for a matrix that is not positive definite, whose contents are then undefined
   */
  static boolean decompose(double[] a, int n) {
    double[] panel = new double[BLOCK * n];
    for (int b = 0; b < n; b += BLOCK) {
      int from = b;
      int end = Math.min(n, b + BLOCK);
      for (int j = from; j < end; j++) {
        double pivot = a[j * n + j] - dot(a, j * n + from, j * n + from, j - from);
        if (!(pivot > 0) || Double.isInfinite(pivot)) {
          return false;
        }
        a[j * n + j] = Math.sqrt(pivot);
        for (int i = j + 1; i < end; i++) {
          eliminate(a, n, i, j, from);
        }
      }
      IntStream.range(end, n)
          .parallel()
          .forEach(
              i -> {
                for (int j = from; j < end; j++) {
                  eliminate(a, n, i, j, from);
                  panel[(j - from) * n + i] = a[i * n + j];
                }
              });
      IntStream.range(end, n)
          .parallel()
          .forEach(
              i ->
                  subtract(
                      a, i * n + end, i + 1 - end, a, i * n + from, end - from, panel, n, end));
    }
    return true;
  }

  private static void eliminate(double[] a, int n, int i, int j, int from) {
    double sum = a[i * n + j] - dot(a, i * n + from, j * n + from, j - from);
    a[i * n + j] = sum / a[j * n + j];
  }

  private static double dot(double[] a, int x, int y, int count) {
    double sum = 0;
    for (int k = 0; k < count; k++) {
      sum += a[x + k] * a[y + k];
    }
    return sum;
  }

  /**
   * {@code y[at .. at + length) -= sum_k factors[f + k] rows[k stride + r ..]} for {@code count}
   * rows, four at a time so that {@code y} is loaded and stored a quarter as often.
   */
  private static void subtract(
      double[] y,
      int at,
      int length,
      double[] factors,
      int f,
      int count,
      double[] rows,
      int stride,
      int r) {
    int k = 0;
    for (; k + 3 < count; k += 4) {
      double f0 = factors[f + k];
      double f1 = factors[f + k + 1];
      double f2 = factors[f + k + 2];
      double f3 = factors[f + k + 3];
      int r0 = k * stride + r;
      int r1 = r0 + stride;
      int r2 = r1 + stride;
      int r3 = r2 + stride;
      for (int j = 0; j < length; j++) {
        y[at + j] -= f0 * rows[r0 + j] + f1 * rows[r1 + j] + f2 * rows[r2 + j] + f3 * rows[r3 + j];
      }
    }
    for (; k < count; k++) {
      double f0 = factors[f + k];
      int r0 = k * stride + r;
      for (int j = 0; j < length; j++) {
        y[at + j] -= f0 * rows[r0 + j];
      }
    }
  }

  /** The inverse of the lower triangle of {@code l}, with zeros above. */
  static double[] invert(double[] l, int n) {
    double[] inverse = new double[n * n];
    IntStream.range(0, (n + BLOCK - 1) / BLOCK)
        .parallel()
        .forEach(tile -> invertColumns(l, n, tile * BLOCK, inverse));
    return inverse;
  }

  /** Forward substitution for the unit vectors of one tile of columns. */
  private static void invertColumns(double[] l, int n, int first, double[] inverse) {
    int width = Math.min(BLOCK, n - first);
    double[] x = new double[(n - first) * width];
    for (int i = first; i < n; i++) {
      int at = (i - first) * width;
      if (i - first < width) {
        x[at + i - first] = 1;
      }
      subtract(x, at, width, l, i * n + first, i - first, x, width, 0);
      double pivot = l[i * n + i];
      for (int j = 0; j < width; j++) {
        x[at + j] /= pivot;
      }
      System.arraycopy(x, at, inverse, i * n + first, width);
    }
  }

  /**
   * The upper triangular {@code U} with {@code (P h P^T)^-1 = U^T U} for the symmetric {@code h}
   * and the permutation {@code P} of {@code order}; empty array where {@code h} is not positive
   * definite. With {@code J} the reversal of rows and {@code J P h P^T J = L L^T} it is {@code J
   * L^-1 J}: the inverse itself is never formed.
   */
  static double[] ofInverse(double[] h, int n, int[] order) {
    double[] a = new double[n * n];
    for (int r = 0; r < n; r++) {
      int row = order[n - 1 - r] * n;
      for (int c = 0; c <= r; c++) {
        a[r * n + c] = h[row + order[n - 1 - c]];
      }
    }
    if (!decompose(a, n)) {
      return new double[0];
    }
    double[] inverse = invert(a, n);
    for (int i = 0, j = n * n - 1; i <= j; i++, j--) {
      double swapped = inverse[i];
      inverse[i] = inverse[j];
      inverse[j] = swapped;
    }
    return inverse;
  }

  /** 0, 1, ... or by descending diagonal of {@code h}, ties in stored order. */
  static int[] order(double[] h, int n, boolean descending) {
    Integer[] order = IntStream.range(0, n).boxed().toArray(Integer[]::new);
    if (descending) {
      Arrays.sort(order, (a, b) -> Double.compare(h[b * n + b], h[a * n + a]));
    }
    return Arrays.stream(order).mapToInt(Integer::intValue).toArray();
  }
}
