package dev.tailgate.result;

import dev.tailgate.stats.metric.Direction;
import java.util.List;
import java.util.Optional;

/**
 * Where quantization hurts a model and what was done about it.
 *
 * @param schemaVersion version of the record layout
 * @param tool the program that measured
 * @param model the file
 * @param out the repaired file, if one was written
 * @param scheme what it is quantized to
 * @param placement where
 * @param data what the numbers are from
 * @param metric the task metric; empty without labels
 * @param direction which way it improves
 * @param fp score of the float model on the samples of the search
 * @param quantized damage of the scheme on the same samples
 * @param sensitivity which parts hurt, if that was measured
 * @param evidence what was looked at for causes
 * @param findings the diagnosis, the most important first
 * @param steps remedies that were tried, in order
 * @param precision exceptions that were searched
 * @param heldOut original and repaired model on samples nothing was chosen by
 * @param warnings what the reader should know before trusting the numbers
 */
public record HealResult(
    String schemaVersion,
    ToolInfo tool,
    String model,
    Optional<String> out,
    String scheme,
    String placement,
    Data data,
    Optional<String> metric,
    Direction direction,
    Optional<Score> fp,
    Damage quantized,
    Optional<SensitivityResult> sensitivity,
    Optional<Evidence> evidence,
    List<Finding> findings,
    List<RemedyStep> steps,
    Optional<PrecisionResult> precision,
    Optional<HeldOut> heldOut,
    List<String> warnings) {
  /** The layout these records describe. */
  public static final String SCHEMA_VERSION = "1";

  /** Copies the lists. */
  public HealResult {
    findings = List.copyOf(findings);
    steps = List.copyOf(steps);
    warnings = List.copyOf(warnings);
  }

  /** The same with a diagnosis. */
  public HealResult with(List<Finding> diagnosis) {
    return new HealResult(
        schemaVersion,
        tool,
        model,
        out,
        scheme,
        placement,
        data,
        metric,
        direction,
        fp,
        quantized,
        sensitivity,
        evidence,
        diagnosis,
        steps,
        precision,
        heldOut,
        warnings);
  }

  /**
   * Three parts of the data that share no sample.
   *
   * @param description the data
   * @param calibration what ranges and remedies are fitted on
   * @param selection samples that remedies and exceptions are chosen by
   * @param heldOut samples of the final numbers
   */
  public record Data(String description, String calibration, long selection, long heldOut) {}

  /**
   * Final numbers.
   *
   * @param fp score of the original float model
   * @param before damage of quantizing the original
   * @param after damage of quantizing the repaired model, its exceptions included
   * @param gain loss after minus loss before, on the same samples
   */
  public record HeldOut(Optional<Score> fp, Damage before, Damage after, Optional<Score> gain) {}
}
