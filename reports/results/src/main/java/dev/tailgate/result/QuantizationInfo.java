package dev.tailgate.result;

import java.util.List;
import java.util.Optional;

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
 * @param products how many of the model's matrix products read quantized factors; empty where
 *     nothing was to be quantized and in files of earlier versions
 */
public record QuantizationInfo(
    String scheme,
    String weights,
    String activations,
    String rangeEstimator,
    int calibrationBatches,
    String simulation,
    List<KeptFloat> keptFloat,
    Optional<Products> products) {
  /** The {@code simulation} of a model that ran as its file has it. */
  public static final String AS_STORED = "run as the file has it, by the kernels of this machine";

  /** Copies what could change, and refuses what cannot be. */
  public QuantizationInfo {
    Require.text("quantization.scheme", scheme);
    Require.notNegative("quantization.calibration_batches", calibrationBatches);
    keptFloat = List.copyOf(keptFloat);
  }

  /**
   * Matrix products, convolutions and operators that hold some, those of subgraphs and functions
   * included; products of constants and of positions are none.
   *
   * @param quantized those of which at least one factor is quantized
   * @param all all of them; 0 for a model without
   */
  public record Products(int quantized, int all) {
    /** Refuses more quantized products than there are. */
    public Products {
      Require.notNegative("quantization.products.quantized", quantized);
      Require.notNegative("quantization.products.all", all);
      if (quantized > all) {
        throw new IllegalArgumentException(
            "quantization.products.quantized is " + quantized + ", expected at most " + all);
      }
    }
  }

  /**
   * A node that stays in float.
   *
   * @param node its name in the user's file
   * @param reason why, one sentence
   */
  public record KeptFloat(String node, String reason) {}
}
