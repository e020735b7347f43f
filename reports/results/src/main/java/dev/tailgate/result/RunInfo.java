package dev.tailgate.result;

import java.util.Optional;

/**
 * How the numbers were obtained; enough to obtain them again.
 *
 * @param device execution provider and device that did the arithmetic, for example {@code cpu}
 * @param ortVersion ONNX Runtime version
 * @param javaVersion version of the running JVM
 * @param os operating system and architecture
 * @param seed seed of everything random in the run
 * @param samples number of samples (sequences, images) that were measured
 * @param batchSize samples a batch
 * @param sequenceLength tokens a sample, as text: {@code 128}, or {@code 16..128} when it varies
 * @param tapPreset which taps make the headline numbers: {@code bert}, {@code opt}, {@code vit},
 *     ...
 * @param scheme quantization scheme, for example {@code w8a8}
 * @param rangeEstimator how activation ranges were found, for example {@code running_minmax}
 * @param calibrationBatches batches those ranges were found on
 * @param data where the inputs came from, in words
 * @param dataSha256 hash of the inputs and labels that were evaluated, in their order; results with
 *     the same one are over the same samples
 * @param syntheticInputs whether the inputs were made from the model's signature instead of data
 * @param rowRule in words, what one row of the per-row metrics is in this run
 */
public record RunInfo(
    String device,
    String ortVersion,
    String javaVersion,
    String os,
    long seed,
    long samples,
    int batchSize,
    String sequenceLength,
    String tapPreset,
    String scheme,
    String rangeEstimator,
    int calibrationBatches,
    String data,
    Optional<String> dataSha256,
    boolean syntheticInputs,
    String rowRule) {
  /** Refuses what cannot be. */
  public RunInfo {
    Require.text("run.device", device);
    Require.text("run.ort_version", ortVersion);
    Require.notNegative("run.samples", samples);
    Require.notNegative("run.batch_size", batchSize);
    Require.text("run.tap_preset", tapPreset);
    Require.text("run.scheme", scheme);
    Require.text("run.range_estimator", rangeEstimator);
    Require.notNegative("run.calibration_batches", calibrationBatches);
    Require.text("run.data", data);
  }
}
