package dev.tailgate.onnx.rewrite.fused;

import dev.tailgate.onnx.attention.FusedOperators;
import dev.tailgate.onnx.attention.Normaliser;
import dev.tailgate.onnx.ir.NodeDraft;
import dev.tailgate.onnx.ir.OnnxNode;
import java.util.Optional;

/** What the rules that keep an operator know of its normaliser, and leave in its metadata. */
final class FusedNormaliser {
  private FusedNormaliser() {}

  /** Why a node must not be rewritten again; empty for one that computes softmax. */
  static Optional<String> alreadyChanged(OnnxNode node) {
    Normaliser now = FusedOperators.normaliser(node);
    return now.equals(Normaliser.SOFTMAX)
        ? Optional.empty()
        : Optional.of("it computes " + now.label() + " already");
  }

  /** Records that the operator of {@code draft} was given a further key. */
  static NodeDraft marked(NodeDraft draft) {
    return draft.tagged(FusedOperators.NORMALISER, Normaliser.SOFTMAX1.label());
  }
}
