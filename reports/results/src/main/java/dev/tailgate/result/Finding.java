package dev.tailgate.result;

import java.util.List;
import java.util.Optional;

/**
 * One sentence of a diagnosis with the numbers behind it.
 *
 * @param rank from 1, the most important first
 * @param cause what was found, for example {@code channel_outliers}; {@code nothing} where nothing
 *     stands out
 * @param sentence what was measured, in words; it holds every one of {@code numbers}
 * @param numbers what the sentence rests on, at least one
 * @param advice remedies and methods that address it, best first; may be empty
 * @param damage fraction of the noise of all single parts that is made where the finding is, by the
 *     sensitivity; empty without one
 * @param strength how strong the evidence is, in decades beyond harmless; comparable among findings
 *     of one diagnosis only
 */
public record Finding(
    int rank,
    String cause,
    String sentence,
    List<Quantity> numbers,
    List<String> advice,
    Optional<Double> damage,
    double strength) {
  /** Refuses a sentence without a number. */
  public Finding {
    Require.text("finding.cause", cause);
    Require.text("finding.sentence", sentence);
    numbers = List.copyOf(numbers);
    advice = List.copyOf(advice);
    if (numbers.isEmpty()) {
      throw new IllegalArgumentException("finding " + cause + " has no number behind it");
    }
  }

  /**
   * A measured number.
   *
   * @param name what it is, in snake case
   * @param value in {@code unit}
   * @param unit {@code %}, {@code dB}, {@code x} for a ratio, or empty
   */
  public record Quantity(String name, double value, String unit) {
    /** Checks the name. */
    public Quantity {
      Require.text("quantity.name", name);
    }
  }
}
