package dev.tailgate.onnx.rewrite;

/**
 * The gate to put on a site.
 *
 * @param kind what computes it
 * @param hidden width of the MLP; unused by the other kinds
 * @param init the gate before training, {@code pi} in (0, 1): the bias starts at {@code log(pi / (1
 *     - pi))}
 * @param identity whether the gate is multiplied by {@code 1 / pi}, so that a model whose gate has
 *     not been trained computes what it did without
 * @param seed of the MLP's first layer
 */
public record GateSpec(GateKind kind, int hidden, double init, boolean identity, long seed) {
  /** Refuses what is no probability and no width. */
  public GateSpec {
    if (!(init > 0 && init < 1)) {
      throw new IllegalArgumentException("The gate must start between 0 and 1, found " + init);
    }
    if (hidden < 1 || hidden > 65536) {
      throw new IllegalArgumentException(
          "The gate's hidden width must be 1 to 65536, found " + hidden);
    }
  }

  /** What the gate is multiplied by. */
  public double factor() {
    return identity ? 1 / init : 1;
  }
}
