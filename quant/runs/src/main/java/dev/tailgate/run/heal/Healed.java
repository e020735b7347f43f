package dev.tailgate.run.heal;

import dev.tailgate.result.HealResult;
import dev.tailgate.result.RunResult;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What came of a healing.
 *
 * @param result what hurt, what was tried, and what is left
 * @param audits on the samples nothing was chosen by: of the repaired model with its own settings,
 *     where something came of it, and of the original
 * @param exceptions the file of exceptions from the scheme; empty where there are none, or no place
 *     for a file
 * @param command how to quantize what came out, as it is typed; empty where nothing did
 */
public record Healed(
    HealResult result,
    List<RunResult> audits,
    Optional<Path> exceptions,
    Optional<String> command) {
  /** What the result is called in the report folder. */
  public static final String FILE = "heal.json";

  /** Copies the list. */
  public Healed {
    audits = List.copyOf(audits);
  }
}
