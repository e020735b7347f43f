package dev.tailgate.quant.scheme;

/**
 * Grids of values and what is summed under them, all at the index of the value: loops in which
 * arrays are indexed differently are not compiled to vector instructions. One error is
 *
 * <pre>
 *   ((q scale - x) unit)^2     q = nearest number to x / scale, less its zero point
 * </pre>
 *
 * @param lows smallest number of the grid, less its zero point
 * @param units what errors are multiplied by
 */
public record ErrorSums(float[] scales, float[] lows, float[] units, float[] sums) {
  /** Room for so many. */
  public ErrorSums(int capacity) {
    this(new float[capacity], new float[capacity], new float[capacity], new float[capacity]);
  }

  /** How many there is room for. */
  public int capacity() {
    return sums.length;
  }

  /** Copies {@code count} of them, with their sums. */
  public void copy(int from, ErrorSums to, int at, int count) {
    System.arraycopy(scales, from, to.scales, at, count);
    System.arraycopy(lows, from, to.lows, at, count);
    System.arraycopy(units, from, to.units, at, count);
    System.arraycopy(sums, from, to.sums, at, count);
  }
}
