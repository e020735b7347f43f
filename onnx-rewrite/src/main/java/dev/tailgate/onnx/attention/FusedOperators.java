package dev.tailgate.onnx.attention;

import dev.tailgate.onnx.ir.OnnxNode;
import java.util.Set;

/** The operators that are an attention each. */
public final class FusedOperators {
  /** Metadata key of fused nodes that a rewrite gave a sink: {@code softmax1}. */
  public static final String NORMALISER = "tailgate.normaliser";

  /** Input of {@code GroupQueryAttention} with a sink logit for each head. */
  public static final int HEAD_SINK = 11;

  private static final Set<String> NAMES =
      Set.of(
          "Attention",
          "DecoderAttention",
          "DecoderMaskedMultiHeadAttention",
          "DecoderMaskedSelfAttention",
          "GroupQueryAttention",
          "LongformerAttention",
          "MultiHeadAttention",
          "PackedAttention",
          "PackedMultiHeadAttention",
          "PagedAttention",
          "QAttention",
          "QOrderedAttention",
          "RelativePositionAttention",
          "SparseAttention");

  private FusedOperators() {}

  /** Whether {@code node} is a fused attention of the standard or ONNX Runtime's domain. */
  public static boolean isAttention(OnnxNode node) {
    return NAMES.contains(node.opType())
        && (node.domain().isEmpty() || node.domain().startsWith("com.microsoft"));
  }

  /**
   * What a fused attention normalises with: Softmax1 where it has a sink of its own, or where a
   * rewrite gave it a further key and value.
   */
  public static Normaliser normaliser(OnnxNode node) {
    boolean ownSink =
        node.opType().equals("GroupQueryAttention")
            && (node.intAttribute("smooth_softmax", 0) == 1 || node.hasInput(HEAD_SINK));
    return ownSink || node.metadata().containsKey(NORMALISER)
        ? Normaliser.SOFTMAX1
        : Normaliser.SOFTMAX;
  }
}
