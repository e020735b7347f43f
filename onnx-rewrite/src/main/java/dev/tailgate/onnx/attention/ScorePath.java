package dev.tailgate.onnx.attention;

import dev.tailgate.onnx.ir.OnnxNode;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What lies between the product of queries and keys and the softmax.
 *
 * @param scores the product after scaling, before the mask
 * @param mask the mask operand of the first node that masks
 */
record ScorePath(String scores, Optional<String> mask) {
  private static final Set<String> SCALE_PARTS =
      Set.of(
          "Add",
          "Cast",
          "Concat",
          "Div",
          "Gather",
          "Identity",
          "Mul",
          "Pow",
          "Reciprocal",
          "Reshape",
          "Slice",
          "Sqrt",
          "Squeeze",
          "Unsqueeze");

  static ScorePath along(Dataflow flow, OnnxNode product, List<ScoreStep> path) {
    String scores = product.output(0);
    for (ScoreStep step : path) {
      OnnxNode node = step.node();
      boolean scales = node.is("Mul") || node.is("Div");
      if (scales && isScale(flow, node.input(1 - step.dataInput()), 0)) {
        scores = node.output(0);
      } else if (masks(node)) {
        return new ScorePath(scores, Optional.of(maskOf(node, step.dataInput())));
      }
    }
    return new ScorePath(scores, Optional.empty());
  }

  private static boolean masks(OnnxNode node) {
    return Set.of("Add", "Max", "Min", "Mul", "Sub", "Sum", "Where").contains(node.opType());
  }

  private static String maskOf(OnnxNode node, int dataInput) {
    return node.is("Where") ? node.input(0) : node.input(dataInput == 0 ? 1 : 0);
  }

  /**
   * Whether {@code value} is one number: a constant, or computed from the head width by way of a
   * Shape, as tracing exporters write {@code sqrt(d)}.
   */
  static boolean isScale(Dataflow flow, String value, int depth) {
    var constant = flow.graph().constant(value);
    if (constant.isPresent()) {
      return constant.get().elementCount() == 1;
    }
    OnnxNode node = flow.graph().producer(value).orElse(null);
    if (node == null || depth > 12) {
      return false;
    }
    if (node.is("Shape") || node.is("Size")) {
      return true;
    }
    return SCALE_PARTS.contains(node.opType())
        && node.inputs().stream()
            .allMatch(input -> input.isEmpty() || isScale(flow, input, depth + 1));
  }
}
