package dev.tailgate.result.metric;

import dev.tailgate.result.Headline;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * A metric as a column of tables of models.
 *
 * @param head the head of the column
 * @param number where a result has it
 */
public record ModelNumber(String head, ToDoubleFunction<Headline> number) {
  /** The number of the model behind {@code headline}. */
  public double in(Headline headline) {
    return number.applyAsDouble(headline);
  }

  /** The head for a terminal, such as {@code avg kurtosis}. */
  public String plainHead() {
    return head.toLowerCase(Locale.ROOT).replace(".", "");
  }
}
