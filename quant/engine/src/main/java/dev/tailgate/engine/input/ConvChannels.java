package dev.tailgate.engine.input;

import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.ir.OnnxNode;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Reads the number of image channels off the first convolution: weight {@code [M, C/group, ..]}.
 */
final class ConvChannels {
  private static final Set<String> PASSED =
      Set.of("Cast", "Identity", "QuantizeLinear", "DequantizeLinear", "DynamicQuantizeLinear");

  private ConvChannels() {}

  static OptionalLong expectedBy(OnnxGraph graph, String value) {
    for (OnnxGraph.Use use : graph.uses(value)) {
      OnnxNode node = use.node();
      if (node.is("Conv") && use.inputIndex() == 0) {
        var weight = graph.constant(node.input(1)).filter(w -> w.dims().size() > 1);
        if (weight.isPresent()) {
          return OptionalLong.of(weight.get().dims().get(1) * node.intAttribute("group", 1));
        }
      } else if (use.inputIndex() == 0 && PASSED.contains(node.opType())) {
        OptionalLong found = expectedBy(graph, node.output(0));
        if (found.isPresent()) {
          return found;
        }
      }
    }
    return OptionalLong.empty();
  }
}
