package dev.tailgate.stats;

/**
 * A closed interval of finite values, or {@link #EMPTY}. In the unit of the activation.
 *
 * <p>The empty range is {@code [+Infinity, -Infinity]}, which makes it the identity of {@link
 * #union} without a special case.
 *
 * @param min the lower end, finite
 * @param max the upper end, finite, not below {@code min}
 */
public record Range(double min, double max) {

  /** The range that contains nothing. */
  public static final Range EMPTY = new Range(Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY);

  /** Refuses what cannot be. */
  public Range {
    boolean empty = min == Double.POSITIVE_INFINITY && max == Double.NEGATIVE_INFINITY;
    boolean proper = Double.isFinite(min) && Double.isFinite(max) && min <= max;
    if (!empty && !proper) {
      throw new IllegalArgumentException(
          "Making a range: expected finite min <= max, found min=" + min + " max=" + max);
    }
  }

  /** The range of the single value {@code x}. */
  public static Range of(double x) {
    return new Range(x, x);
  }

  /** Whether the range contains nothing. */
  public boolean isEmpty() {
    return min > max;
  }

  /** Whether {@code x} lies in the range, ends included; false for NaN. */
  public boolean contains(double x) {
    return min <= x && x <= max;
  }

  /** The smallest range that contains both. */
  public Range union(Range other) {
    return new Range(Math.min(min, other.min), Math.max(max, other.max));
  }

  /**
   * The smallest range that contains this one and zero, as an affine quantizer needs to represent
   * zero exactly. The empty range becomes {@code [0, 0]}.
   */
  public Range includeZero() {
    return union(of(0));
  }

  /** {@code max - min}; 0 when empty. */
  public double width() {
    return isEmpty() ? 0 : max - min;
  }

  /** The largest magnitude in the range; 0 when empty. */
  public double absMax() {
    return isEmpty() ? 0 : Math.max(Math.abs(min), Math.abs(max));
  }
}
