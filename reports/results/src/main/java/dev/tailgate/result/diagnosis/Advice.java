package dev.tailgate.result.diagnosis;

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

  /** Finer grids where they help most. */
  static final String MIXED_PRECISION = "mixed precision";

  /** A scale for each output of a weight. */
  static final String PER_CHANNEL = "per-channel weights";

  /** Grids with a zero point. */
  static final String ASYMMETRIC = "asymmetric activations";

  /** Ranges from more samples. */
  static final String MORE_CALIBRATION = "more calibration data";

  /** Weights within 7 bits. */
  static final String REDUCED_RANGE = "reduced-range weights";

  private Advice() {}
}
