package dev.tailgate.onnx.attention;

import dev.tailgate.onnx.ir.OnnxNode;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The score side of an attention: from the product of queries and keys to what is normalised.
 *
 * @param product the product of queries and keys
 * @param queryInput which input of the product the queries are: 0, or 1 where they are constants
 *     that keys were multiplied by
 * @param path the nodes from the product to the masked scores, in that order
 * @param scaled the product after scaling and mixing of heads, before the mask, {@code [B, H, T,
 *     S]}
 * @param mask the value added to, or selecting among, the scores: the operand of the first node
 *     that masks
 */
public record SiteScores(
    OnnxNode product, int queryInput, List<ScoreStep> path, String scaled, Optional<String> mask) {
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
          "Sub",
          "Unsqueeze");

  /** Copies the path. */
  public SiteScores {
    path = List.copyOf(path);
  }

  /** Whether a linear map mixes the heads between the product and the normaliser. */
  public boolean mixesHeads() {
    return path.stream().anyMatch(ScoreStep::mixesHeads);
  }

  static SiteScores along(Dataflow flow, ScoreSearch.Outcome.Found scores) {
    OnnxNode product = scores.product();
    List<ScoreStep> path = scores.path();
    String scaled = product.output(0);
    for (ScoreStep step : path) {
      OnnxNode node = step.node();
      if (step.mixesHeads()) {
        scaled = node.output(0);
        continue;
      }
      boolean scales = node.is("Mul") || node.is("Div");
      if (scales && isScale(flow, node.input(1 - step.dataInput()), 0)) {
        scaled = node.output(0);
      } else if (masks(node)) {
        return new SiteScores(
            product,
            scores.queryInput(),
            path,
            scaled,
            Optional.of(maskOf(node, step.dataInput())));
      }
    }
    return new SiteScores(product, scores.queryInput(), path, scaled, Optional.empty());
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
