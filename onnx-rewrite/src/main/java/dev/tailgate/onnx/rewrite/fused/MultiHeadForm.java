package dev.tailgate.onnx.rewrite.fused;

import dev.tailgate.onnx.build.Extents;
import dev.tailgate.onnx.build.Ops;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.OnnxNode;
import dev.tailgate.onnx.rewrite.RewriteScope;
import java.util.Optional;

/**
 * What the rules for com.microsoft {@code MultiHeadAttention} ask of a node. Queries are {@code [B,
 * T, D]}, keys {@code [B, S, D]} and values {@code [B, S, Dv]}, or both {@code [B, H, S, Dh]} where
 * they come from a cache.
 *
 * @param heads number of heads
 * @param perHead whether keys and values have an axis of heads
 * @param type of the operands
 * @param width {@code D}, or -1 where the graph does not state it
 */
record MultiHeadForm(long heads, boolean perHead, ElementType type, long width) {
  static final int BIAS = 3;
  static final int MASK = 4;
  static final int SCORE_BIAS = 5;
  static final int PAST_KEY = 6;
  static final int PAST_VALUE = 7;
  private static final int LAST_INPUT = 7;
  private static final int PRODUCTS = 3;

  static MultiHeadForm of(RewriteScope scope, OnnxNode node) {
    return new MultiHeadForm(
        node.intAttribute("num_heads", -1),
        scope.rank(node.input(1)) == 4,
        scope.type(node.input(0)),
        Widths.last(scope.graph(), node.input(0)));
  }

  static boolean isMultiHeadAttention(OnnxNode node) {
    return node.is(OperatorRule.MICROSOFT, "MultiHeadAttention");
  }

  /** Why no rule can work on the node, for what all rules need alike. */
  Optional<String> fault(RewriteScope scope, OnnxNode node) {
    if (heads <= 0) {
      return Optional.of("num_heads is missing");
    }
    if (!type.isFloat()) {
      return Optional.of("the element type of the queries is " + type.label());
    }
    if (!node.hasInput(1) || !node.hasInput(2)) {
      return Optional.of("queries, keys and values are packed in one tensor");
    }
    int keyRank = scope.rank(node.input(1));
    if (keyRank != 3 && keyRank != 4) {
      return Optional.of(
          keyRank == 5
              ? "keys and values are packed in one tensor"
              : "keys of 3 or 4 dimensions are expected, and the graph states none");
    }
    for (int i = LAST_INPUT + 1; i < node.inputs().size(); i++) {
      if (node.hasInput(i)) {
        return Optional.of("input " + i + " (a cache for generation) is not supported");
      }
    }
    if (!node.output(PRODUCTS).isEmpty()) {
      return Optional.of("the products of queries and keys are given out");
    }
    long queries = Widths.of(scope.graph(), node.input(0), 1);
    long keys = Widths.of(scope.graph(), node.input(1), perHead ? 2 : 1);
    if (Int32Mask.isCausal(node) && queries > 0 && keys > 0 && queries != keys) {
      return Optional.of(
          "unidirectional = 1 is for as many keys as queries, found " + keys + " and " + queries);
    }
    boolean cut = node.hasInput(BIAS) && width < 0;
    if (cut && scope.model().opset() < Extents.OPSET_OF_SLICES) {
      return Optional.of("a bias of unknown width needs opset 10 to be cut");
    }
    return keyMaskFault(scope, node);
  }

  private static Optional<String> keyMaskFault(RewriteScope scope, OnnxNode node) {
    if (!node.hasInput(MASK)) {
      return Optional.empty();
    }
    int rank = scope.rank(node.input(MASK));
    return rank >= 1 && rank <= 3
        ? Optional.empty()
        : Optional.of(
            "a key_padding_mask of 1 to 3 dimensions is expected, found "
                + (rank < 0 ? "one the graph states no shape of" : "one of " + rank));
  }

  /** Input 0, 1 or 2 with its part of the bias added, which then is no input any more. */
  String biased(Ops ops, OnnxNode node, int input) {
    String bias = node.input(BIAS);
    if (bias.isEmpty() || (perHead && input > 0)) {
      return node.input(input);
    }
    String part;
    if (width > 0) {
      long end = input == 2 ? Integer.MAX_VALUE : (input + 1) * width;
      part = ops.slice(bias, input * width, end, 0).add();
    } else {
      String one = Extents.of(ops, node.input(0), 2);
      String two = ops.op("Add", one, one);
      String start = input == 0 ? ops.longs(0) : input == 1 ? one : two;
      String end = input == 0 ? one : input == 1 ? two : ops.longs(Integer.MAX_VALUE);
      part = Extents.between(ops, bias, start, end, 0);
    }
    return ops.op("Add", node.input(input), part);
  }
}
