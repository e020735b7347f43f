package dev.tailgate.result.diagnosis;

import dev.tailgate.result.TapEvidence;
import java.util.List;

/** What findings advise: ids of remedies, methods of training, and settings of a scheme. */
final class Advice {
  /** Moves scales of channels from activations into weights (arXiv 2211.10438). */
  static final String SMOOTHQUANT = "smoothquant";

  /** Hadamard rotation of the residual stream. */
  static final String ROTATE = "rotate";

  /** Outlier channels in float (arXiv 2208.07339). */
  static final String DECOMPOSE = "decompose";

  /** Cross-layer equalization (arXiv 1906.04721). */
  static final String EQUALIZE = "equalize";

  /** Ranges by least squared error. */
  static final String CLIP = "clip";

  /** Rounding of weights by input statistics. */
  static final String GPTQ = "gptq";

  /** A key and value of zero beside the others. */
  static final String SINK = "sink";

  /** Softmax1, by training. */
  static final String SOFTMAX1 = "outeffhop";

  /** Clipped softmax, by training. */
  static final String CLIPPED_SOFTMAX = "clipped_softmax";

  /** Gated attention, by training. */
  static final String GATED_ATTENTION = "gated_attention";

  /** Scales of their own for what stands out in the few tensors that carry the damage. */
  static final String SCALES = "scales";

  /** Finer grids or none for those tensors. */
  static final String EXCEPTIONS = "exceptions";

  /** A scale for each output of a weight. */
  static final String PER_CHANNEL = "per-channel weights";

  /** Grids with a zero point. */
  static final String ASYMMETRIC = "asymmetric activations";

  /** Ranges from more samples. */
  static final String MORE_CALIBRATION = "more calibration data";

  /** Weights within 7 bits. */
  static final String REDUCED_RANGE = "reduced-range weights";

  private Advice() {}

  /**
   * What reaches channels that stand out in {@code tap}. Scales move into the weights that read an
   * activation, and its channels are split off in front of products; what layers and sums put out
   * in front of a norm is rounded where no product reads it.
   */
  static List<String> onChannels(TapEvidence tap) {
    return isReadByNorms(tap.role())
        ? List.of(SCALES, ROTATE, EXCEPTIONS)
        : List.of(SMOOTHQUANT, ROTATE, DECOMPOSE, SCALES);
  }

  private static boolean isReadByNorms(String role) {
    return role.endsWith("_residual")
        || List.of("ffn_out", "attn_out", "residual_sum").contains(role);
  }
}
