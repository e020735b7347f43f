package dev.tailgate.quant.heal;

import dev.tailgate.quant.remedy.Remedy;
import java.util.List;
import java.util.Optional;

/** The remedies there are, by the names users know, and the order in which they are tried. */
public final class Remedies {
  /**
   * Ranges first, which cost nothing; then what moves scales and turns the stream while the float
   * model stays the same; then what changes it; then rounding, which needs the weights as they will
   * be; and last the biases, which take up what is left of the mean error. Of each round one is
   * kept.
   */
  private static final List<List<Remedy>> ROUNDS = List.of();

  private Remedies() {}

  /** All of them, in rounds of alternatives. */
  public static List<List<Remedy>> rounds() {
    return ROUNDS;
  }

  /** The names, in the order of the rounds. */
  public static List<String> ids() {
    return ROUNDS.stream().flatMap(List::stream).map(Remedy::id).toList();
  }

  /** The remedy of that name. */
  public static Optional<Remedy> byId(String id) {
    return ROUNDS.stream().flatMap(List::stream).filter(r -> r.id().equals(id)).findFirst();
  }
}
