package dev.tailgate.quant.placement;

import dev.tailgate.onnx.ir.OnnxGraph;
import java.util.List;

/** Which uses of an activation can read a rounded one. */
final class ValueReaders {
  private ValueReaders() {}

  /** Those that compute with its elements: not its shape, and not inside a subgraph. */
  static List<OnnxGraph.Use> of(OnnxGraph graph, String tensor) {
    return graph.uses(tensor).stream()
        .filter(use -> use.inputIndex() >= 0 && !use.node().is("Shape"))
        .toList();
  }
}
