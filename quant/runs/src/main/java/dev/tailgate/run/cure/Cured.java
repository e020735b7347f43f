package dev.tailgate.run.cure;

import dev.tailgate.result.CureResult;
import dev.tailgate.result.RunResult;
import java.util.List;

/**
 * What came of a cure.
 *
 * @param result the proof
 * @param audits of the cured, the rewritten and the original model on the held-out samples
 */
public record Cured(CureResult result, List<RunResult> audits) {
  /** Copies the list. */
  public Cured {
    audits = List.copyOf(audits);
  }
}
