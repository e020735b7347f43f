package dev.tailgate.reports.compare;

import dev.tailgate.reports.wording.Numbers;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;

/**
 * A number over seeds.
 *
 * @param mean their mean; NaN without any, or with a NaN
 * @param deviation their standard deviation, with n - 1; NaN for fewer than two
 */
public record Spread(double mean, double deviation) {
  /** The spread of {@code values}. */
  public static Spread of(double[] values) {
    double mean = Arrays.stream(values).average().orElse(Double.NaN);
    double squares = Arrays.stream(values).map(x -> (x - mean) * (x - mean)).sum();
    return new Spread(
        mean, values.length < 2 ? Double.NaN : Math.sqrt(squares / (values.length - 1)));
  }

  /** Mean and deviation; ASCII, as it goes to terminals. */
  public String inWords() {
    return Double.isNaN(deviation)
        ? Numbers.compact(mean)
        : Numbers.compact(mean) + " +-" + twoDigits(deviation);
  }

  /** Two significant digits say all that a few seeds can. */
  private static String twoDigits(double value) {
    return Double.isFinite(value)
        ? new BigDecimal(value).round(new MathContext(2)).toPlainString()
        : Double.toString(value);
  }
}
