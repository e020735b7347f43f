package dev.tailgate.quant.deploy;

import dev.tailgate.onnx.attention.Dataflow;
import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.ir.OnnxNode;
import dev.tailgate.quant.qdq.QuantPoint;
import dev.tailgate.quant.qdq.Quantizer;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Which inputs of nodes are quantized and how, there or before layout operators. */
final class QuantizedInputs {
  private final OnnxGraph graph;
  private final Map<OnnxGraph.Use, Input> byUse = new HashMap<>();

  QuantizedInputs(OnnxGraph graph, Map<QuantPoint, Quantizer> quantizers) {
    this.graph = graph;
    quantizers.forEach(
        (point, quantizer) ->
            point.uses().forEach(use -> byUse.put(use, new Input(point, quantizer))));
  }

  /** A quantized tensor on its way into a node. */
  record Input(QuantPoint point, Quantizer quantizer) {}

  /** How input {@code input} of {@code node} is quantized. */
  Optional<Input> of(OnnxNode node, int input) {
    OnnxGraph.Use use = new OnnxGraph.Use(node, input);
    while (true) {
      Input found = byUse.get(use);
      if (found != null) {
        return Optional.of(found);
      }
      if (!use.node().hasInput(use.inputIndex())) {
        return Optional.empty();
      }
      Optional<OnnxNode> view =
          graph.producer(use.node().input(use.inputIndex())).filter(Dataflow::isView);
      if (view.isEmpty()) {
        return Optional.empty();
      }
      use = new OnnxGraph.Use(view.get(), 0);
    }
  }
}
