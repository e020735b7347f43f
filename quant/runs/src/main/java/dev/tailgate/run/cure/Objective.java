package dev.tailgate.run.cure;

import dev.tailgate.train.loss.OutlierPenalty;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a cure makes small beside the distance of the outputs from the original's, each with its
 * factor.
 *
 * @param temperature at which logits are compared
 * @param hidden of the error of block outputs against the original's; 0 leaves them free, so that
 *     outliers in them may go
 * @param task of the task's own loss, where the data has labels that one is made of
 * @param penalties of outliers in the activations that are measured
 */
public record Objective(double temperature, double hidden, double task, List<Penalty> penalties) {
  /** Outputs alone, and labels where they are there. */
  public static final Objective PLAIN = new Objective(1, 0, 1, List.of());

  /**
   * The same with penalties of outliers: without any, nothing asks those to go that are baked into
   * the weights. The factors are those that cured a sentence model; see docs/benchmarks.md.
   */
  public static final Objective DEFAULT =
      PLAIN.with(List.of(Penalty.parse("kurtosis=0.1"), Penalty.parse("inf-norm=0.005")));

  /** Copies the list and refuses factors that are no sizes. */
  public Objective {
    penalties = List.copyOf(penalties);
    requireFactor("hidden states", hidden);
    requireFactor("the task's loss", task);
    if (!(temperature > 0 && temperature < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("expected a temperature above 0, found " + temperature);
    }
  }

  private static void requireFactor(String what, double factor) {
    if (!(factor >= 0 && factor < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "expected a factor of at least 0 for " + what + ", found " + factor);
    }
  }

  /** The same with these penalties. */
  public Objective with(List<Penalty> others) {
    return new Objective(temperature, hidden, task, others);
  }

  /**
   * A penalty of outliers.
   *
   * @param name as it is typed, without the factor
   * @param measure what is made small in the mean over the taps
   * @param factor what it is multiplied by
   */
  public record Penalty(String name, OutlierPenalty.Measure measure, double factor) {
    private static final Pattern FORM =
        Pattern.compile("(kurtosis|inf-norm|power)(?::([^=]+))?=(.+)");
    private static final double POWER = 4;
    private static final double GAUSSIAN = 3;

    /** Refuses factors that are no sizes. */
    public Penalty {
      requireFactor(name, factor);
    }

    /**
     * Reads {@code kurtosis=W}, {@code kurtosis:TARGET=W}, {@code inf-norm=W} or {@code
     * power:THRESHOLD=W}.
     *
     * @throws IllegalArgumentException for anything else
     */
    public static Penalty parse(String text) {
      Matcher form = FORM.matcher(text.toLowerCase(Locale.ROOT));
      if (!form.matches()) {
        throw refusal(text);
      }
      try {
        double factor = Double.parseDouble(form.group(3));
        String parameter = form.group(2);
        return new Penalty(
            parameter == null ? form.group(1) : form.group(1) + ":" + parameter,
            measure(form.group(1), parameter, text),
            factor);
      } catch (NumberFormatException e) {
        throw refusal(text);
      }
    }

    private static OutlierPenalty.Measure measure(
        String kind, @Nullable String parameter, String text) {
      if (kind.equals("kurtosis")) {
        return new OutlierPenalty.Kurtosis(
            parameter == null ? GAUSSIAN : Double.parseDouble(parameter));
      }
      if (kind.equals("inf-norm") && parameter == null) {
        return new OutlierPenalty.InfNorm();
      }
      if (kind.equals("power") && parameter != null) {
        return new OutlierPenalty.Power(Double.parseDouble(parameter), POWER);
      }
      throw refusal(text);
    }

    private static IllegalArgumentException refusal(String text) {
      return new IllegalArgumentException(
          "expected kurtosis=W, kurtosis:TARGET=W, inf-norm=W or power:THRESHOLD=W with numbers,"
              + " found '"
              + text
              + "'");
    }
  }
}
