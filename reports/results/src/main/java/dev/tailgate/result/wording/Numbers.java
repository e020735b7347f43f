package dev.tailgate.result.wording;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;

/** Numbers as people read them, the same on every machine whatever its language. */
public final class Numbers {
  /** In place of an SQNR that does not exist. */
  public static final String NOT_FINITE = "not finite";

  private static final MathContext FOUR_DIGITS = new MathContext(4);

  private Numbers() {}

  /**
   * Four significant digits: {@code 3076}, {@code 21.53}, {@code 0.0125}; a power of ten from a
   * million up and below a thousandth. Integers below a million keep all their digits. {@code NaN},
   * {@code Infinity} and {@code -Infinity} are spelt out.
   */
  public static String compact(double value) {
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      return Double.toString(value);
    }
    double size = Math.abs(value);
    if (size == 0) {
      return "0";
    }
    if (size >= 1e6 || size < 1e-3) {
      return String.format(Locale.ROOT, "%.2e", value);
    }
    if (size >= 1000) {
      return String.format(Locale.ROOT, "%.0f", value);
    }
    return new BigDecimal(value).round(FOUR_DIGITS).stripTrailingZeros().toPlainString();
  }

  /** As {@link #compact(double)}, but zeros at the end stay: {@code 3.800} beside {@code 3.814}. */
  public static String padded(double value) {
    double size = Math.abs(value);
    if (!(size >= 1e-3 && size < 1000)) {
      return compact(value);
    }
    BigDecimal rounded = new BigDecimal(value).round(FOUR_DIGITS);
    int missing = FOUR_DIGITS.getPrecision() - rounded.precision();
    return rounded.setScale(rounded.scale() + missing).toPlainString();
  }

  /** As {@link #compact(double)}, with a plus sign for what is above zero: for differences. */
  public static String signed(double value) {
    return value > 0 ? "+" + compact(value) : compact(value);
  }

  /**
   * A ratio in dB with one digit behind the point; infinite is exact, and outputs that are not
   * finite have none.
   */
  public static String decibels(double ratio) {
    if (Double.isNaN(ratio)) {
      return NOT_FINITE;
    }
    return ratio == Double.POSITIVE_INFINITY
        ? "exact"
        : String.format(Locale.ROOT, "%.1f dB", ratio);
  }

  /** A count with thin groups of three digits: {@code 1 234 567}. */
  public static String count(long value) {
    return String.format(Locale.ROOT, "%,d", value).replace(',', '\u202f');
  }
}
