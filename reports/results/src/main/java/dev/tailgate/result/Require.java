package dev.tailgate.result;

import java.util.Locale;

/**
 * Checks shared by the compact constructors; each message names the field, the value and the rule.
 */
final class Require {
  private Require() {}

  static String text(String field, String value) {
    if (value.isBlank()) {
      throw new IllegalArgumentException(field + " is blank, expected some text");
    }
    return value;
  }

  static long notNegative(String field, long value) {
    if (value < 0) {
      throw new IllegalArgumentException(field + " is " + value + ", expected 0 or more");
    }
    return value;
  }

  /** For indices where -1 says that there is none, such as the layer of an embedding. */
  static long indexOrNone(String field, long value) {
    if (value < -1) {
      throw new IllegalArgumentException(
          field + " is " + value + ", expected an index or -1 for none");
    }
    return value;
  }

  /** Accepts NaN on either side: an unknown bound cannot be out of order. */
  static void ordered(String field, double low, double high) {
    if (low > high) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "%s runs from %s to %s, expected low <= high", field, low, high));
    }
  }
}
