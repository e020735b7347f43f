package dev.tailgate.onnx.remedy.scale;

import dev.tailgate.onnx.layer.Matrix;

/** Products of a matrix with diagonal ones, and what they are chosen by. In double precision. */
final class Diagonal {
  private Diagonal() {}

  /** {@code diag(s) W}, in place. */
  static void scaleRows(Matrix matrix, double[] s) {
    for (int r = 0; r < s.length; r++) {
      matrix.scaleRow(r, s[r]);
    }
  }

  /** {@code W diag(1 / s)}, in place. */
  static void divideColumns(Matrix matrix, double[] s) {
    float[] values = matrix.values();
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (values[i] / s[i % s.length]);
    }
  }

  /** {@code v / s}, in place. */
  static void divide(double[] v, double[] s) {
    for (int i = 0; i < s.length; i++) {
      v[i] /= s[i];
    }
  }

  /** {@code max|W_j|} of each row; NaN counts for nothing. */
  static double[] rowMaxima(Matrix matrix) {
    double[] maxima = new double[matrix.rows()];
    float[] values = matrix.values();
    for (int i = 0; i < values.length; i++) {
      int row = i / matrix.columns();
      maxima[row] = larger(maxima[row], values[i]);
    }
    return maxima;
  }

  /** {@code max|W_j|} of each column; NaN counts for nothing. */
  static double[] columnMaxima(Matrix matrix) {
    double[] maxima = new double[matrix.columns()];
    float[] values = matrix.values();
    for (int i = 0; i < values.length; i++) {
      int column = i % maxima.length;
      maxima[column] = larger(maxima[column], values[i]);
    }
    return maxima;
  }

  static double larger(double top, double value) {
    double size = Math.abs(value);
    return size > top ? size : top;
  }
}
