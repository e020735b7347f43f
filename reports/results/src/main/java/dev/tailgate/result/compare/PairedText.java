package dev.tailgate.result.compare;

import dev.tailgate.result.wording.Numbers;
import java.util.Optional;

/** A paired difference in words. */
public final class PairedText {
  private PairedText() {}

  /** For example {@code -0.31 (-0.42 to -0.2)}; a dash for none. ASCII. */
  public static String of(Optional<Paired.Difference> difference) {
    return difference
        .map(
            d ->
                Numbers.signed(d.value())
                    + " ("
                    + Numbers.signed(d.low())
                    + " to "
                    + Numbers.signed(d.high())
                    + ")"
                    + (d.excludesZero() ? "" : ", may be 0"))
        .orElse("-");
  }
}
