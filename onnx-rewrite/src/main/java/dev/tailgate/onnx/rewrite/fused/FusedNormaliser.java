package dev.tailgate.onnx.rewrite.fused;

import dev.tailgate.onnx.attention.Normaliser;
import dev.tailgate.onnx.ir.OnnxNode;
import java.util.Optional;

/**
 * Which normaliser an attention that is one operator computes: Softmax1 where the operator has a
 * sink or where a rule of this package gave it a further key, else softmax.
 */
public final class FusedNormaliser {
  /** Metadata key of nodes whose normaliser cannot be told from operator and attributes. */
  static final String KEY = "tailgate.normaliser";

  /** Input of {@code GroupQueryAttention} with a sink logit for each head. */
  static final int HEAD_SINK = 11;

  private FusedNormaliser() {}

  /** The normaliser of {@code node}; any sink counts as Softmax1. */
  public static Normaliser of(OnnxNode node) {
    boolean grouped = node.is(OperatorRule.MICROSOFT, "GroupQueryAttention");
    boolean hasSink =
        grouped && (node.intAttribute("smooth_softmax", 0) == 1 || node.hasInput(HEAD_SINK));
    return hasSink || Normaliser.SOFTMAX1.label().equals(node.metadata().get(KEY))
        ? Normaliser.SOFTMAX1
        : Normaliser.SOFTMAX;
  }

  /** Why a node must not be rewritten again; empty for one that computes softmax. */
  static Optional<String> alreadyChanged(OnnxNode node) {
    return of(node) == Normaliser.SOFTMAX
        ? Optional.empty()
        : Optional.of("it computes " + of(node).label() + " already");
  }
}
