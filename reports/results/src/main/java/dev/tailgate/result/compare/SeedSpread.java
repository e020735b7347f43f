package dev.tailgate.result.compare;

import dev.tailgate.result.wording.Numbers;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Arrays;

/**
 * A number over seeds.
 *
 * @param mean their mean; NaN without any, or with a NaN
 * @param deviation their standard deviation, with n - 1; NaN for fewer than two
 */
public record SeedSpread(double mean, double deviation) {
  private static final int MEAN_DIGITS = 4;

  /** The spread of {@code values}. */
  public static SeedSpread of(double[] values) {
    double mean = Arrays.stream(values).average().orElse(Double.NaN);
    double squares = Arrays.stream(values).map(x -> (x - mean) * (x - mean)).sum();
    return new SeedSpread(
        mean, values.length < 2 ? Double.NaN : Math.sqrt(squares / (values.length - 1)));
  }

  /** Mean and deviation; ASCII, as it goes to terminals. */
  public String inWords() {
    return inWords(" +-");
  }

  /** Mean and deviation with a sign between them. */
  public String inWords(String plusMinus) {
    return Double.isNaN(deviation)
        ? Numbers.compact(mean)
        : (deviation == 0 ? Numbers.compact(mean) : Numbers.padded(mean))
            + plusMinus
            + shownDeviation();
  }

  /** Two significant digits say all that a few seeds can, and none is finer than the mean's. */
  private String shownDeviation() {
    if (!Double.isFinite(deviation) || deviation == 0) {
      return Numbers.compact(deviation);
    }
    BigDecimal exact = BigDecimal.valueOf(deviation);
    BigDecimal two = exact.round(new MathContext(2));
    BigDecimal middle = BigDecimal.valueOf(Double.isFinite(mean) ? mean : 0);
    // Where four digits of the mean end; a mean of 0 ends nowhere.
    int finest =
        middle.signum() == 0 ? two.scale() : middle.scale() + MEAN_DIGITS - middle.precision();
    if (two.scale() <= finest) {
      return two.toPlainString();
    }
    BigDecimal capped = exact.setScale(Math.max(0, finest), RoundingMode.HALF_EVEN);
    return capped.signum() == 0
        ? exact.round(new MathContext(1)).toPlainString()
        : capped.toPlainString();
  }
}
