package dev.tailgate.onnx.rewrite.fused;

import dev.tailgate.onnx.build.Extents;
import dev.tailgate.onnx.ir.OnnxNode;
import dev.tailgate.onnx.rewrite.RewriteScope;
import java.util.Optional;

/** The masking that {@code MultiHeadAttention} and {@code Attention} of com.microsoft share. */
final class Int32Mask {
  private static final int OPSET_OF_WHERE = 9;
  private static final float FILTER = -10000;

  private Int32Mask() {}

  /** What is added to the scores of masked keys. */
  static double filter(OnnxNode node) {
    return node.floatAttribute("mask_filter_value", FILTER);
  }

  static boolean isCausal(OnnxNode node) {
    return node.intAttribute("unidirectional", 0) == 1;
  }

  /** Why the masks of {@code node} cannot be written with the operators of the model's opset. */
  static Optional<String> fault(RewriteScope scope, OnnxNode node, int input) {
    boolean lengths = node.hasInput(input) && scope.rank(node.input(input)) == 1;
    int needed =
        lengths || isCausal(node)
            ? Extents.OPSET_OF_POSITIONS
            : node.hasInput(input) ? OPSET_OF_WHERE : 0;
    int opset = scope.model().opset();
    return opset >= needed
        ? Optional.empty()
        : Optional.of("its mask needs opset " + needed + ", found opset " + opset);
  }
}
