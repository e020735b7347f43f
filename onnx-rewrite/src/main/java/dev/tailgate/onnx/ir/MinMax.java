package dev.tailgate.onnx.ir;

/**
 * Range of the finite elements of a constant; {@code min} and {@code max} are NaN where there is
 * none. The others are counted apart.
 *
 * @param count all elements, {@code nan} and {@code infinite} included
 */
public record MinMax(double min, double max, long count, long nan, long infinite) {
  /** The largest magnitude, NaN where no element is finite. */
  public double absMax() {
    return Math.max(Math.abs(min), Math.abs(max));
  }
}
