package dev.tailgate.cli.command;

import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What is measured. */
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class MeasureOptions {
  @Mixin private Preset preset;

  @Option(names = "--no-quantize", description = "Measure outliers only.")
  private boolean noQuantize;

  String taps() {
    return preset.taps();
  }

  boolean quantize() {
    return !noQuantize;
  }

  /** Which activations. */
  static final class Preset {
    @Option(
        names = "--taps",
        paramLabel = "PRESET",
        defaultValue = "auto",
        converter = Choice.Taps.class,
        completionCandidates = Choice.Taps.class,
        description =
            "Activations to measure: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private String taps;

    String taps() {
      return taps;
    }
  }
}
