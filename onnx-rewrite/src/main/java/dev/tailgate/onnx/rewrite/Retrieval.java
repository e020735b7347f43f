package dev.tailgate.onnx.rewrite;

import java.util.OptionalDouble;

/**
 * How often a query is moved towards the keys before values are read. One step of the memory
 * retrieval of OutEffHop with keys {@code K [S, Dh]} as memories is {@code q <- normaliser(beta q
 * K^T) K}; the last step reads {@code V} instead of {@code K}, so that one step is attention.
 *
 * @param steps at least 1
 * @param beta the inverse temperature; empty keeps the model's own scale, as a rule 1/sqrt(Dh)
 */
public record Retrieval(int steps, OptionalDouble beta) {
  /** Attention as it is. */
  public static final Retrieval ONCE = new Retrieval(1, OptionalDouble.empty());

  /** Refuses fewer than one step and an inverse temperature that is not positive. */
  public Retrieval {
    if (steps < 1 || steps > 64) {
      throw new IllegalArgumentException("Update steps must be 1 to 64, found " + steps);
    }
    if (beta.isPresent() && !(beta.getAsDouble() > 0 && Double.isFinite(beta.getAsDouble()))) {
      throw new IllegalArgumentException("beta must be above 0, found " + beta.getAsDouble());
    }
  }

  /** Whether this is anything but attention as it is. */
  public boolean changesScores() {
    return steps > 1 || beta.isPresent();
  }
}
