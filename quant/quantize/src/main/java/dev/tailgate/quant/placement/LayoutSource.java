package dev.tailgate.quant.placement;

import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.ir.OnnxNode;
import java.util.Optional;
import java.util.Set;

/**
 * Where the operand of a product is best quantized: before what only changes its layout, so that a
 * row is still a token. ONNX Runtime moves the pair along Reshape, Transpose, Squeeze and Unsqueeze
 * by itself, and makes the same kernels of both; it does not for Split, Expand, Gather and Flatten.
 */
final class LayoutSource {
  private static final Set<String> MOVED =
      Set.of("Identity", "Reshape", "Squeeze", "Transpose", "Unsqueeze");

  private LayoutSource() {}

  /** The use to quantize at, so that input {@code input} of {@code node} is quantized alone. */
  static OnnxGraph.Use of(OnnxGraph graph, OnnxNode node, int input) {
    OnnxGraph.Use use = new OnnxGraph.Use(node, input);
    while (true) {
      String value = use.node().input(use.inputIndex());
      Optional<OnnxNode> layout =
          graph.producer(value).filter(n -> n.domain().isEmpty() && MOVED.contains(n.opType()));
      if (layout.isEmpty() || !isOnlyUse(graph, value)) {
        return use;
      }
      String source = layout.get().input(0);
      if (!isOnlyUse(graph, source) && MatrixOperators.makes(graph, source)) {
        // A product read both quantized and in float would run in float.
        return use;
      }
      use = new OnnxGraph.Use(layout.get(), 0);
    }
  }

  private static boolean isOnlyUse(OnnxGraph graph, String value) {
    return graph.uses(value).size() == 1 && !graph.isOutput(value);
  }
}
