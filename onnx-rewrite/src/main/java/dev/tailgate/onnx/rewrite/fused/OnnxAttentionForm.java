package dev.tailgate.onnx.rewrite.fused;

import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.ir.OnnxNode;
import dev.tailgate.onnx.rewrite.RewriteScope;
import java.util.Optional;

/**
 * What the rules for ai.onnx {@code Attention} (opset 23 and 24) ask of a node. Queries, keys and
 * values are {@code [B, T, H * Dh]} or {@code [B, H, T, Dh]}; there may be fewer heads of keys and
 * values than of queries.
 *
 * @param rank 3 or 4
 * @param heads of queries; -1 where the graph does not state it
 * @param kvHeads of keys and values; -1 likewise
 * @param type of the operands
 */
record OnnxAttentionForm(int rank, long heads, long kvHeads, ElementType type) {
  static final int MASK = 3;
  static final int PAST_KEY = 4;
  static final int PAST_VALUE = 5;
  static final int LENGTHS = 6;
  static final int PRESENT_KEY = 1;
  static final int PRESENT_VALUE = 2;
  static final int PRODUCTS = 3;

  /** The last opset whose definition the rules follow. */
  private static final int LATEST = 24;

  static OnnxAttentionForm of(RewriteScope scope, OnnxNode node) {
    OnnxGraph graph = scope.graph();
    int rank = scope.rank(node.input(0));
    long heads = node.intAttribute("q_num_heads", -1);
    long kvHeads = node.intAttribute("kv_num_heads", -1);
    if (rank == 4) {
      heads = Math.max(heads, Widths.of(graph, node.input(0), 1));
      kvHeads = Math.max(kvHeads, Widths.of(graph, node.input(1), 1));
    }
    return new OnnxAttentionForm(rank, heads, kvHeads, scope.type(node.input(0)));
  }

  static boolean isOnnxAttention(OnnxNode node) {
    return node.is("Attention");
  }

  /** Why no rule can work on the node, for what the two kinds of rules need alike. */
  Optional<String> fault(RewriteScope scope, OnnxNode node) {
    if (scope.model().opset() > LATEST) {
      return Optional.of(
          "the definition of opset "
              + scope.model().opset()
              + " may limit the keys of a query in ways these rules do not know");
    }
    if (rank != 3 && rank != 4) {
      return Optional.of("queries of 3 or 4 dimensions are expected, and the graph states none");
    }
    if (!type.isFloat()) {
      return Optional.of("the element type of the queries is " + type.label());
    }
    if (heads <= 0 || kvHeads <= 0 || heads % kvHeads != 0) {
      return Optional.of(
          "numbers of heads that divide are expected, found "
              + (heads <= 0 ? "none stated" : heads + " of queries")
              + " and "
              + (kvHeads <= 0 ? "none stated" : kvHeads + " of keys"));
    }
    if (!node.hasInput(MASK)) {
      return Optional.empty();
    }
    ElementType mask = scope.type(node.input(MASK));
    return mask == ElementType.BOOL || mask == type
        ? Optional.empty()
        : Optional.of("a mask of bool or " + type.label() + " is expected, found " + mask.label());
  }

  static boolean isCausal(OnnxNode node) {
    return node.intAttribute("is_causal", 0) == 1;
  }

  static boolean asks(OnnxNode node, int output) {
    return !node.output(output).isEmpty();
  }
}
