package dev.tailgate.onnx.remedy.rotation;

import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.ElementReader;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.layer.Matrix;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.function.Consumer;

/** Linear maps of rows, computed in double precision and rounded once. */
final class Rows {
  /** Bytes of an array at most. */
  private static final long LARGEST = Integer.MAX_VALUE - 8L;

  private Rows() {}

  /** Whether a copy of {@code tensor} fits an array. */
  static boolean fits(ConstantTensor tensor) {
    return tensor.elementCount() <= LARGEST / Double.BYTES;
  }

  /** {@code tensor [..., D]} with each row replaced by what {@code map} makes of it in place. */
  static ConstantTensor mapped(ConstantTensor tensor, int width, Consumer<double[]> map) {
    int count = Math.toIntExact(tensor.elementCount());
    double[] row = new double[width];
    int[] at = {0};
    if (tensor.type() == ElementType.FLOAT) {
      ByteBuffer raw = ByteBuffer.allocate(count * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      ElementReader.forEach(
          tensor,
          v -> {
            row[at[0]++] = v;
            if (at[0] == width) {
              map.accept(row);
              for (double value : row) {
                raw.putFloat((float) value);
              }
              at[0] = 0;
            }
          });
      return ConstantTensor.of(tensor.name(), tensor.type(), tensor.dims(), raw.flip());
    }
    double[] values = tensor.toDoubles(count);
    for (int start = 0; start < count; start += width) {
      System.arraycopy(values, start, row, 0, width);
      map.accept(row);
      System.arraycopy(row, 0, values, start, width);
    }
    return ConstantTensor.ofReals(tensor.name(), tensor.type(), tensor.dims(), values);
  }

  /** {@code matrix <- f(matrix)} row by row: {@code W <- W A}. */
  static void mapRows(Matrix matrix, Consumer<double[]> map) {
    double[] row = new double[matrix.columns()];
    for (int r = 0; r < matrix.rows(); r++) {
      for (int c = 0; c < row.length; c++) {
        row[c] = matrix.at(r, c);
      }
      map.accept(row);
      for (int c = 0; c < row.length; c++) {
        matrix.set(r, c, row[c]);
      }
    }
  }

  /** The same of columns: {@code W <- A^T W}. */
  static void mapColumns(Matrix matrix, Consumer<double[]> map) {
    double[] column = new double[matrix.rows()];
    for (int c = 0; c < matrix.columns(); c++) {
      for (int r = 0; r < column.length; r++) {
        column[r] = matrix.at(r, c);
      }
      map.accept(column);
      for (int r = 0; r < column.length; r++) {
        matrix.set(r, c, column[r]);
      }
    }
  }

  /** {@code x <- x - mean(x)}. */
  static void centre(double[] x) {
    double sum = 0;
    for (double value : x) {
      sum += value;
    }
    double mean = sum / x.length;
    for (int i = 0; i < x.length; i++) {
      x[i] -= mean;
    }
  }

  /** The matrix of a map of rows, {@code [D, D]} in row-major order. */
  static double[] matrix(int width, Consumer<double[]> map) {
    double[] values = new double[Math.multiplyExact(width, width)];
    double[] row = new double[width];
    for (int r = 0; r < width; r++) {
      Arrays.fill(row, 0);
      row[r] = 1;
      map.accept(row);
      System.arraycopy(row, 0, values, r * width, width);
    }
    return values;
  }
}
