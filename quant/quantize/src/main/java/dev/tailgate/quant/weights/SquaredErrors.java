package dev.tailgate.quant.weights;

import dev.tailgate.quant.scheme.NumberFormat;

/**
 * Squared quantization errors of values that each have a grid and a sum, all at the same index:
 * loops in which the arrays are indexed differently are not compiled to vector instructions.
 *
 * <pre>
 *   q = clip((x / scale + 1.5 2^23) - 1.5 2^23, low, low + levels)     low = qmin - zero point
 *   sum += ((q scale - x) unit)^2
 * </pre>
 *
 * <p>All is float32, as in a fake-quant node. The constant leaves no bits below 1, which rounds
 * half to even; above 2^22 it is off by one, far outside a grid of 16 bits.
 */
final class SquaredErrors {
  private static final float MAGIC = 12582912f;
  private static final float LARGEST = 448f;
  private static final float SMALLEST_POWER = 1f / 64;
  private static final float NEARLY_ONE = Math.nextDown(1f);

  private SquaredErrors() {}

  /** Adds the errors at {@code [from, to)} for integers. */
  static void addIntegers(float[] x, int from, int to, Grids grids, float levels) {
    float[] scales = grids.scales();
    float[] lows = grids.lows();
    float[] units = grids.units();
    float[] sums = grids.sums();
    for (int i = from; i < to; i++) {
      float rounded = (x[i] / scales[i] + MAGIC) - MAGIC;
      float q = Math.min(Math.max(rounded, lows[i]), lows[i] + levels);
      float error = (q * scales[i] - x[i]) * units[i];
      sums[i] += error * error;
    }
  }

  /** The same for {@link NumberFormat.Float8E4M3}, rounded as the nodes of {@code qdq} do it. */
  static void addFloat8(float[] x, int from, int to, Grids grids) {
    float[] scales = grids.scales();
    float[] units = grids.units();
    float[] sums = grids.sums();
    for (int i = from; i < to; i++) {
      float y = Math.max(-LARGEST, Math.min(LARGEST, x[i] / scales[i]));
      float scaled = y * 8388609f;
      float power = Math.abs(scaled - scaled * NEARLY_ONE);
      float step = Math.max(power, SMALLEST_POWER) * 0.125f;
      float rounded = ((y / step + MAGIC) - MAGIC) * step;
      float error = (rounded * scales[i] - x[i]) * units[i];
      sums[i] += error * error;
    }
  }

  /**
   * Grids and what is summed under them, by index.
   *
   * @param lows smallest number of the grid, less its zero point
   * @param units what errors are multiplied by
   */
  record Grids(float[] scales, float[] lows, float[] units, float[] sums) {
    Grids(int capacity) {
      this(new float[capacity], new float[capacity], new float[capacity], new float[capacity]);
    }

    int capacity() {
      return sums.length;
    }

    /** Copies {@code count} of them, with their sums. */
    void copy(int from, Grids to, int at, int count) {
      System.arraycopy(scales, from, to.scales, at, count);
      System.arraycopy(lows, from, to.lows, at, count);
      System.arraycopy(units, from, to.units, at, count);
      System.arraycopy(sums, from, to.sums, at, count);
    }
  }
}
