package dev.tailgate.result.diagnosis;

import dev.tailgate.result.Finding;
import dev.tailgate.result.wording.Numbers;
import java.math.BigDecimal;
import java.math.MathContext;

/** How the numbers of findings are written, so that a reader finds each in its sentence. */
public final class Quantities {
  private static final MathContext THREE_DIGITS = new MathContext(3);
  private static final double WHOLE = 1e15;

  private Quantities() {}

  /**
   * Counts and indices in full, others with three significant digits, and the unit after a space:
   * {@code 308}, {@code 97.3 %}, {@code 4.12 dB}.
   */
  public static String inWords(Finding.Quantity quantity) {
    String number = number(quantity.value());
    return quantity.unit().isEmpty() ? number : number + " " + quantity.unit();
  }

  private static String number(double value) {
    double size = Math.abs(value);
    if (size < WHOLE && value == Math.rint(value)) {
      return Long.toString((long) value);
    }
    boolean plain = Double.isFinite(value) && size >= 1e-3 && size < 1e6;
    if (!plain) {
      return Numbers.compact(value);
    }
    BigDecimal rounded = new BigDecimal(value);
    return size >= 1000
        ? Long.toString(Math.round(value))
        : rounded.round(THREE_DIGITS).stripTrailingZeros().toPlainString();
  }
}
