package dev.tailgate.page.html;

/**
 * Where a value stands between two ends, as one of the sixteen shades of the heat maps.
 *
 * @param low the value of the palest shade
 * @param high the value of the darkest; below {@code low} where small values are the notable ones
 * @param logarithmic whether shades are equal ratios instead of equal steps; both ends above 0 then
 */
record Shade(double low, double high, boolean logarithmic) {
  /** How many there are. */
  static final int COUNT = 16;

  /** The shade of a cell without a number. */
  static final int NONE = -1;

  /** The shade of a value, clamped to the ends; infinities take an end, NaN takes none. */
  int of(double value) {
    if (Double.isNaN(value)) {
      return NONE;
    }
    double position = (scale(value) - scale(low)) / (scale(high) - scale(low));
    return (int) Math.rint(Math.max(0, Math.min(1, position)) * (COUNT - 1));
  }

  private double scale(double value) {
    return logarithmic ? Math.log(Math.max(value, Double.MIN_NORMAL)) : value;
  }
}
