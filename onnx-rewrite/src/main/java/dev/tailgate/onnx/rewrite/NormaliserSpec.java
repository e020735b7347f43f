package dev.tailgate.onnx.rewrite;

import dev.tailgate.onnx.attention.Normaliser;
import java.util.Optional;

/**
 * What turns the scores of one site into probabilities.
 *
 * @param sink a further logit, present in Softmax1 and its relatives
 * @param clipping the stretch of Clipped_Softmax
 */
public record NormaliserSpec(Optional<Sink> sink, Optional<Clipping> clipping) {
  /** Plain softmax. */
  public static final NormaliserSpec SOFTMAX =
      new NormaliserSpec(Optional.empty(), Optional.empty());

  /** Softmax1, the normaliser of OutEffHop. */
  public static final NormaliserSpec SOFTMAX1 =
      new NormaliserSpec(Optional.of(Sink.ZERO), Optional.empty());

  /** The same with clipping. */
  public NormaliserSpec clipped(Clipping by) {
    return new NormaliserSpec(sink, Optional.of(by));
  }

  /** The kind of normaliser this is; every sink counts as Softmax1. */
  public Normaliser kind() {
    if (clipping.isPresent()) {
      return sink.isPresent() ? Normaliser.CLIPPED_SOFTMAX1 : Normaliser.CLIPPED_SOFTMAX;
    }
    return sink.isPresent() ? Normaliser.SOFTMAX1 : Normaliser.SOFTMAX;
  }
}
