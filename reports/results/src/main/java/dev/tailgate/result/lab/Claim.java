package dev.tailgate.result.lab;

import java.util.Optional;

/**
 * One sentence of a study, with what was found.
 *
 * @param statement what is claimed
 * @param standing what kind of claim it is
 * @param found what the experiment gave, with numbers
 * @param holds whether that agrees with the statement
 * @param source where the statement is from; empty for what follows by a line of algebra
 */
public record Claim(
    String statement, Standing standing, String found, boolean holds, Optional<String> source) {
  /** What kind of claim it is. */
  public enum Standing {
    /** A theorem: one counterexample would be a fault of the program. */
    PROVEN,
    /** What these experiments show, on this data. */
    MEASURED,
    /** Where the methods were compared and do not differ. */
    NO_DIFFERENCE
  }

  /** A theorem. */
  public static Claim proven(String statement, String found, boolean holds, String source) {
    return new Claim(statement, Standing.PROVEN, found, holds, Optional.of(source));
  }

  /** What was measured. */
  public static Claim measured(String statement, String found, boolean holds) {
    return new Claim(statement, Standing.MEASURED, found, holds, Optional.empty());
  }

  /** What does not differ. */
  public static Claim same(String statement, String found, boolean holds) {
    return new Claim(statement, Standing.NO_DIFFERENCE, found, holds, Optional.empty());
  }
}
