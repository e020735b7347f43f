package dev.tailgate.onnx.rewrite.fused;

import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.ir.OnnxNode;
import dev.tailgate.onnx.rewrite.RewriteScope;
import java.util.List;
import java.util.Optional;

/**
 * What unfusing com.microsoft {@code Attention} asks of a node.
 *
 * @param heads number of heads
 * @param width {@code D}, of queries and of keys; -1 where the graph does not state it
 * @param valueWidth {@code Dv}; -1 likewise
 * @param type of the input
 */
record MicrosoftAttentionForm(long heads, long width, long valueWidth, ElementType type) {
  static final int MASK = 3;
  static final int PAST = 4;
  private static final int PAST_LENGTH = 6;

  static MicrosoftAttentionForm of(RewriteScope scope, OnnxNode node) {
    OnnxGraph graph = scope.graph();
    long heads = node.intAttribute("num_heads", -1);
    ElementType type = scope.type(node.input(0));
    List<Long> sizes = node.intsAttribute("qkv_hidden_sizes").orElse(List.of());
    if (sizes.size() == 3) {
      return new MicrosoftAttentionForm(heads, sizes.get(0), sizes.get(2), type);
    }
    long all = Math.max(Widths.of(graph, node.input(1), -1), Widths.of(graph, node.input(2), -1));
    long third = all > 0 ? all / 3 : -1;
    return new MicrosoftAttentionForm(heads, third, third, type);
  }

  /** Why the node cannot be written out. */
  Optional<String> fault(RewriteScope scope, OnnxNode node) {
    if (heads <= 0 || width <= 0 || valueWidth <= 0) {
      return Optional.of("the widths of queries, keys and values are not stated");
    }
    if (!type.isFloat()) {
      return Optional.of("the element type of the input is " + type.label());
    }
    if (node.intAttribute("do_rotary", 0) != 0) {
      return Optional.of("do_rotary turns queries and keys inside the operator");
    }
    if (node.intAttribute("past_present_share_buffer", 0) != 0 || node.hasInput(PAST_LENGTH)) {
      return Optional.of("past_present_share_buffer writes into the past");
    }
    if (!node.hasInput(MASK)) {
      return Optional.empty();
    }
    int rank = scope.rank(node.input(MASK));
    if (rank == 4) {
      return Optional.of("a mask_index of 4 dimensions is only defined on CUDA");
    }
    return rank >= 1
        ? Optional.empty()
        : Optional.of("a mask_index of 1 to 3 dimensions is expected, and the graph states none");
  }
}
