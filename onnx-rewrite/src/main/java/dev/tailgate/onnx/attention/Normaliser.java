package dev.tailgate.onnx.attention;

/**
 * What turns scores into probabilities, by its name in results. With scores {@code x} of one query
 * over its keys, those that are told from the graph alone are
 *
 * <ul>
 *   <li>softmax: {@code exp(x_i) / sum_j exp(x_j)}
 *   <li>softmax1: {@code exp(x_i) / (1 + sum_j exp(x_j))}, which can attend to nothing
 *   <li>clipped: {@code clip((zeta - gamma) * p + gamma, 0, 1)} of either
 * </ul>
 *
 * Others are known by the mark that a rewrite leaves in the metadata, see {@link MarkedNormaliser}.
 *
 * @param label for example {@code clipped_softmax1}
 */
public record Normaliser(String label) {
  private static final String CLIPPED = "clipped_";

  /** Softmax. */
  public static final Normaliser SOFTMAX = new Normaliser("softmax");

  /** Softmax1. */
  public static final Normaliser SOFTMAX1 = new Normaliser("softmax1");

  /** Softmax, clipped. */
  public static final Normaliser CLIPPED_SOFTMAX = SOFTMAX.clipped();

  /** Softmax1, clipped. */
  public static final Normaliser CLIPPED_SOFTMAX1 = SOFTMAX1.clipped();

  /** The same normaliser with clipping of its output. */
  public Normaliser clipped() {
    return label.startsWith(CLIPPED) ? this : new Normaliser(CLIPPED + label);
  }

  @Override
  public String toString() {
    return label;
  }
}
