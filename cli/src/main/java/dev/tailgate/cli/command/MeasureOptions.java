package dev.tailgate.cli.command;

import picocli.CommandLine.Option;

/** What is measured and how it is quantized. */
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

  @Option(
      names = "--range-estimator",
      paramLabel = "E",
      defaultValue = "running_minmax",
      converter = Choice.Estimators.class,
      completionCandidates = Choice.Estimators.class,
      description = {
        "How ranges of activations are found: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}."
      })
  private String rangeEstimator;

  @Option(
      names = "--percentile",
      paramLabel = "P",
      defaultValue = "99.999",
      converter = Bounded.UpperPercent.class,
      description = "For --range-estimator percentile. Default: ${DEFAULT-VALUE}.")
  private double percentile;

  @Option(
      names = "--calibration-batches",
      paramLabel = "N",
      defaultValue = "16",
      converter = Bounded.Count.class,
      description = "Batches the ranges are found on. Default: ${DEFAULT-VALUE}.")
  private int calibrationBatches;

  @Option(
      names = "--clean-calibration",
      description = {
        "Find ranges on the activations of the float model, instead of behind the quantizers already"
            + " placed."
      })
  private boolean cleanCalibration;

  @Option(names = "--no-quantize", description = "Measure outliers only.")
  private boolean noQuantize;

  String taps() {
    return taps;
  }

  String rangeEstimator() {
    return rangeEstimator;
  }

  double percentile() {
    return percentile;
  }

  int calibrationBatches() {
    return calibrationBatches;
  }

  boolean cleanCalibration() {
    return cleanCalibration;
  }

  boolean quantize() {
    return !noQuantize;
  }
}
