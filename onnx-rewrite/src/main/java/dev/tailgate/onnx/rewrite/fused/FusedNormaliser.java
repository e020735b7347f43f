package dev.tailgate.onnx.rewrite.fused;

import dev.tailgate.onnx.attention.FusedOperators;
import dev.tailgate.onnx.attention.Normaliser;
import dev.tailgate.onnx.ir.NodeDraft;
import dev.tailgate.onnx.ir.OnnxNode;
import java.util.Optional;

/**
 * Which normaliser an attention that is one operator computes: Softmax1 where the operator has a
 * sink or where a rule of this package gave it a further key, else softmax.
 */
public final class FusedNormaliser {
  /** Input of {@code GroupQueryAttention} with a sink logit for each head. */
  static final int HEAD_SINK = 11;

  private FusedNormaliser() {}

  /** The normaliser of {@code node}; any sink counts as Softmax1. */
  public static Normaliser of(OnnxNode node) {
    return FusedOperators.normaliser(node);
  }

  /** Why a node must not be rewritten again; empty for one that computes softmax. */
  static Optional<String> alreadyChanged(OnnxNode node) {
    return of(node) == Normaliser.SOFTMAX
        ? Optional.empty()
        : Optional.of("it computes " + of(node).label() + " already");
  }

  /** Records that the operator of {@code draft} was given a further key. */
  static NodeDraft marked(NodeDraft draft) {
    return draft.tagged(FusedOperators.NORMALISER, Normaliser.SOFTMAX1.label());
  }
}
