package dev.tailgate.lab;

import java.util.Locale;

/** Numbers as studies say them. */
final class Words {
  private Words() {}

  /** Three digits. */
  static String number(double value) {
    if (value == 0 || !Double.isFinite(value)) {
      return value == 0 ? "0" : Double.toString(value);
    }
    double size = Math.abs(value);
    if (size >= 1e4 || size < 1e-3) {
      return String.format(Locale.ROOT, "%.2e", value);
    }
    return String.format(Locale.ROOT, size >= 100 ? "%.1f" : size >= 1 ? "%.3f" : "%.4f", value);
  }

  /** Two digits behind the point, as the group's tables have them. */
  static String twoDigits(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }

  /** A share. */
  static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }
}
