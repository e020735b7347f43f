package dev.tailgate.cli.command;

import picocli.CommandLine.Option;

/** What is measured. */
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class MeasureOptions {
  @Option(
      names = "--taps",
      paramLabel = "PRESET",
      defaultValue = "auto",
      converter = Choice.Taps.class,
      completionCandidates = Choice.Taps.class,
      description = "Activations to measure: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
  private String taps;

  @Option(names = "--no-quantize", description = "Measure outliers only.")
  private boolean noQuantize;

  String taps() {
    return taps;
  }

  boolean quantize() {
    return !noQuantize;
  }
}
