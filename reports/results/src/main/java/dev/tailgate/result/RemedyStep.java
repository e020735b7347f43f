package dev.tailgate.result;

import java.util.List;
import java.util.Optional;

/**
 * A remedy that was tried.
 *
 * @param remedy its id
 * @param summary what it does
 * @param keepsFunction whether the float model computes the same function with it
 * @param verdict what became of it
 * @param floating damage to the float model; empty where it does not apply
 * @param quantized damage of quantizing the model with it, in comparison with the original float
 *     model; of the first samples, and without a metric, where those showed that it does not help
 * @param gain loss of the task metric with it minus without it, on the same samples: negative where
 *     it helps; empty without labels
 * @param applied where it was applied, and how
 * @param refused where it was not, and why
 * @param seconds time it took, with its trials
 */
public record RemedyStep(
    String remedy,
    String summary,
    boolean keepsFunction,
    Verdict verdict,
    Optional<Damage> floating,
    Optional<Damage> quantized,
    Optional<Score> gain,
    List<String> applied,
    List<String> refused,
    double seconds) {
  /** Copies the lists. */
  public RemedyStep {
    applied = List.copyOf(applied);
    refused = List.copyOf(refused);
  }

  /** What became of a remedy. */
  public enum Verdict {
    /** Part of the repaired model. */
    KEPT,
    /** It helps, tried alone and not kept. */
    HELPFUL,
    /** It did not help, or less than another of its kind. */
    DROPPED,
    /** There is no place for it in the model. */
    NOT_APPLICABLE
  }
}
