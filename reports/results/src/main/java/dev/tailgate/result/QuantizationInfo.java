package dev.tailgate.result;

import java.util.List;

/**
 * How the model was quantized.
 *
 * @param scheme short name, for example {@code w8a8}
 * @param weights weight format in words, for example {@code 8 bit, symmetric, per tensor}
 * @param activations activation format in words
 * @param rangeEstimator how activation ranges were found
 * @param calibrationBatches batches those ranges were found on
 * @param simulation how the quantized model was run, for example {@code fake-quant, fusion off}
 * @param keptFloat what was left in float although it could have been quantized, and why
 */
public record QuantizationInfo(
    String scheme,
    String weights,
    String activations,
    String rangeEstimator,
    int calibrationBatches,
    String simulation,
    List<KeptFloat> keptFloat) {
  /** Copies what could change, and refuses what cannot be. */
  public QuantizationInfo {
    Require.text("quantization.scheme", scheme);
    Require.notNegative("quantization.calibration_batches", calibrationBatches);
    keptFloat = List.copyOf(keptFloat);
  }

  /**
   * A node that stays in float.
   *
   * @param node its name in the user's file
   * @param reason why, one sentence
   */
  public record KeptFloat(String node, String reason) {}
}
