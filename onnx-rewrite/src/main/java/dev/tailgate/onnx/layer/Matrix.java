package dev.tailgate.onnx.layer;

/**
 * A dense matrix in row-major order that can be changed. Held on the heap: passes that change
 * weights need them as numbers.
 *
 * @param values {@code rows * columns} elements, not copied
 */
public record Matrix(int rows, int columns, float[] values) {
  /** Refuses values that do not fill the matrix. */
  public Matrix {
    if ((long) rows * columns != values.length) {
      throw new IllegalArgumentException(
          values.length + " values for a matrix of " + rows + " by " + columns);
    }
  }

  /** The element at {@code row}, {@code column}. */
  public float at(int row, int column) {
    return values[row * columns + column];
  }

  /** Sets an element. */
  public void set(int row, int column, double value) {
    values[row * columns + column] = (float) value;
  }

  /** Multiplies a row, in double precision. */
  public void scaleRow(int row, double factor) {
    for (int i = row * columns; i < (row + 1) * columns; i++) {
      values[i] = (float) (values[i] * factor);
    }
  }

  /** Multiplies a column, in double precision. */
  public void scaleColumn(int column, double factor) {
    for (int i = column; i < values.length; i += columns) {
      values[i] = (float) (values[i] * factor);
    }
  }

  /** A copy that shares nothing. */
  public Matrix copy() {
    return new Matrix(rows, columns, values.clone());
  }

  /** A turned copy. */
  public Matrix transposed() {
    float[] turned = new float[values.length];
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        turned[c * rows + r] = values[r * columns + c];
      }
    }
    return new Matrix(columns, rows, turned);
  }
}
