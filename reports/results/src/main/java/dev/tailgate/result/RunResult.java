package dev.tailgate.result;

import java.util.List;
import java.util.Optional;

/**
 * One audit of one model: what was measured, how, and what it costs.
 *
 * <p>Everything a report, a comparison or a gate says is read from here, and nothing else.
 *
 * @param schemaVersion version of the record layout, {@link #SCHEMA_VERSION} when written by this
 *     code
 * @param tool the program that measured
 * @param model the file that was measured
 * @param run how it was measured
 * @param sites attentions in the graph, in graph order
 * @param notSites softmax-like nodes that are no attention, with reasons
 * @param taps every measured activation, in graph order
 * @param headline the papers' numbers
 * @param task the cost of quantization
 * @param quantization how the model was quantized
 * @param points what was quantized, with parameters
 * @param worstTap a closer look at the worst tap, if there was any tap to look at
 * @param coverage how much of the weights was quantized; empty where nothing was
 * @param evidence where the outliers are and what the attentions do, on a few batches; empty where
 *     it was not looked at
 * @param sensitivity which parts quantization hurts; empty where it was not measured
 * @param warnings what the reader should know before trusting the numbers, one sentence each
 */
public record RunResult(
    String schemaVersion,
    ToolInfo tool,
    ModelInfo model,
    RunInfo run,
    List<SiteInfo> sites,
    List<NotSite> notSites,
    List<TapResult> taps,
    Headline headline,
    TaskResult task,
    QuantizationInfo quantization,
    List<QuantizedPoint> points,
    Optional<WorstTap> worstTap,
    Optional<WeightCoverage> coverage,
    Optional<Evidence> evidence,
    Optional<SensitivityResult> sensitivity,
    List<String> warnings) {

  /** The layout these records describe. Adding a field keeps it; changing a meaning raises it. */
  public static final String SCHEMA_VERSION = "1";

  /** Copies what could change, and refuses what cannot be. */
  public RunResult {
    Require.text("schema_version", schemaVersion);
    sites = List.copyOf(sites);
    notSites = List.copyOf(notSites);
    taps = List.copyOf(taps);
    points = List.copyOf(points);
    warnings = List.copyOf(warnings);
  }

  /** The same of the model at another place. */
  public RunResult at(String path) {
    return new RunResult(
        schemaVersion,
        tool,
        model.at(path),
        run,
        sites,
        notSites,
        taps,
        headline,
        task,
        quantization,
        points,
        worstTap,
        coverage,
        evidence,
        sensitivity,
        warnings);
  }

  /** The same with what was measured of its parts. */
  public RunResult with(SensitivityResult parts) {
    return new RunResult(
        schemaVersion,
        tool,
        model,
        run,
        sites,
        notSites,
        taps,
        headline,
        task,
        quantization,
        points,
        worstTap,
        coverage,
        evidence,
        Optional.of(parts),
        warnings);
  }
}
