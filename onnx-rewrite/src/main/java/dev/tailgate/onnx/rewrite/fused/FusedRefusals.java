package dev.tailgate.onnx.rewrite.fused;

import dev.tailgate.onnx.ir.OnnxNode;
import java.util.Map;
import java.util.Optional;

/** Attentions that are one operator and that no rule can rewrite, each with the reason. */
public final class FusedRefusals {
  private static final Map<String, String> REASONS =
      Map.ofEntries(
          Map.entry(
              "QAttention",
              "it works on int8 weights: rewrite the float model and quantize that again"),
          Map.entry(
              "QOrderedAttention",
              "it works on int8 weights in an order of its own: rewrite the float model and quantize"
                  + " that again"),
          Map.entry(
              "PackedAttention",
              "it works on tokens of all sequences without padding, whose place is known at run time"
                  + " only: rewrite the model before its padding was removed"),
          Map.entry(
              "PackedMultiHeadAttention",
              "it works on tokens of all sequences without padding, whose place is known at run time"
                  + " only: rewrite the model before its padding was removed"),
          Map.entry(
              "PagedAttention",
              "its keys and values lie in pages of a cache that a server manages: rewrite the model"
                  + " it was made from"),
          Map.entry(
              "DecoderMaskedMultiHeadAttention",
              "it generates one token and writes into its cache: rewrite the model it was made from,"
                  + " and convert that again"),
          Map.entry(
              "DecoderMaskedSelfAttention",
              "it generates one token and writes into its cache: rewrite the model it was made from,"
                  + " and convert that again"),
          Map.entry(
              "DecoderAttention",
              "it projects, caches or crosses as inputs tell at run time: export the decoder without"
                  + " this fusion"),
          Map.entry(
              "SparseAttention",
              "it computes the blocks of a layout only and has no place for a sink: export without"
                  + " block sparsity"),
          Map.entry(
              "LongformerAttention",
              "it computes a window and some global keys only, on CUDA: export the model without this"
                  + " fusion"),
          Map.entry(
              "RelativePositionAttention",
              "its bias is computed inside from positions: export the model without this fusion"));

  private FusedRefusals() {}

  /** Why {@code node} cannot be rewritten; empty where rules may be asked. */
  public static Optional<String> of(OnnxNode node) {
    return node.domain().equals(OperatorRule.MICROSOFT)
        ? Optional.ofNullable(REASONS.get(node.opType()))
        : Optional.empty();
  }
}
