package dev.tailgate.lab;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Arithmetic of vectors. */
final class Vectors {
  private Vectors() {}

  static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  static double norm(double[] a) {
    return Math.sqrt(dot(a, a));
  }

  static double distance(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (a[i] - b[i]) * (a[i] - b[i]);
    }
    return Math.sqrt(sum);
  }

  /** {@code a + f b}. */
  static double[] plus(double[] a, double f, double[] b) {
    double[] sum = a.clone();
    for (int i = 0; i < sum.length; i++) {
      sum[i] += f * b[i];
    }
    return sum;
  }

  static double[] times(double f, double[] a) {
    return Arrays.stream(a).map(v -> f * v).toArray();
  }

  static double[] normal(SplittableRandom random, int width) {
    double[] drawn = new double[width];
    Arrays.setAll(drawn, i -> random.nextGaussian());
    return drawn;
  }

  /** A direction, uniform on the sphere. */
  static double[] unit(SplittableRandom random, int width) {
    while (true) {
      double[] drawn = normal(random, width);
      double norm = norm(drawn);
      if (norm > 1e-6) {
        return times(1 / norm, drawn);
      }
    }
  }

  static double[][] units(SplittableRandom random, int count, int width) {
    double[][] drawn = new double[count][];
    Arrays.setAll(drawn, i -> unit(random, width));
    return drawn;
  }

  static double[] mean(double[][] rows) {
    double[] sum = new double[rows[0].length];
    for (double[] row : rows) {
      for (int c = 0; c < sum.length; c++) {
        sum[c] += row[c] / rows.length;
      }
    }
    return sum;
  }

  static double largestNorm(double[][] rows) {
    return Arrays.stream(rows).mapToDouble(Vectors::norm).max().orElse(0);
  }

  /** The largest singular value, by power iteration from below, with its last change added. */
  static double spectralNorm(double[][] rows, SplittableRandom random) {
    double[] v = unit(random, rows[0].length);
    double norm = 0;
    double before = -1;
    for (int i = 0; i < 1000 && Math.abs(norm - before) > 1e-12 * norm; i++) {
      before = norm;
      double[] next = new double[v.length];
      for (double[] row : rows) {
        next = plus(next, dot(row, v), row);
      }
      norm = Math.sqrt(norm(next));
      v = norm == 0 ? v : times(1 / norm(next), next);
    }
    return norm;
  }
}
