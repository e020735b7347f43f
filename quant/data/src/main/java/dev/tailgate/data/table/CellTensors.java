package dev.tailgate.data.table;

import dev.tailgate.engine.tensor.Tensor;

/** Numbers of cells as tensors, in the precision of the column. */
final class CellTensors {
  private CellTensors() {}

  /** Whole numbers as int64, others as float32, rounded to nearest. */
  static Tensor tensor(double[] numbers, Column.Type type, long[] shape) {
    if (type == Column.Type.INTEGER) {
      long[] whole = new long[numbers.length];
      for (int i = 0; i < whole.length; i++) {
        whole[i] = (long) numbers[i];
      }
      return Tensor.ofLongs(whole, shape);
    }
    return floats(numbers, shape);
  }

  /** Float32, rounded to nearest. */
  static Tensor floats(double[] numbers, long[] shape) {
    float[] real = new float[numbers.length];
    for (int i = 0; i < real.length; i++) {
      real[i] = (float) numbers[i];
    }
    return Tensor.ofFloats(real, shape);
  }

  /** A number without a fraction that is not there. */
  static String print(double number) {
    return number == Math.rint(number) && Math.abs(number) < 1e15
        ? Long.toString((long) number)
        : Double.toString(number);
  }
}
