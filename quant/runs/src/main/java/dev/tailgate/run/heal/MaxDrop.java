package dev.tailgate.run.heal;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A loss of the task metric that is allowed.
 *
 * @param value in the metric's unit, or in parts of the float model's score
 * @param relative which of the two
 */
public record MaxDrop(double value, boolean relative) {
  private static final Pattern FORM = Pattern.compile("(\\d+(?:\\.\\d+)?|\\.\\d+)(%?)");

  /**
   * Reads {@code 0.5} or {@code 1%}.
   *
   * @throws IllegalArgumentException for anything else
   */
  public static MaxDrop parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "expected a loss such as 0.5 in the metric's unit, or 1%, found '" + text + "'");
    }
    boolean relative = !matcher.group(2).isEmpty();
    double value = Double.parseDouble(matcher.group(1));
    return new MaxDrop(relative ? value / 100 : value, relative);
  }

  /** The loss in the unit of a metric whose float score is {@code fp}. */
  double of(double fp) {
    return relative ? value * Math.abs(fp) : value;
  }
}
