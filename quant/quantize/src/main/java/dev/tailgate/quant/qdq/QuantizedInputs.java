package dev.tailgate.quant.qdq;

import dev.tailgate.onnx.attention.Dataflow;
import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.ir.OnnxNode;
import dev.tailgate.quant.placement.QuantPoint;
import dev.tailgate.quant.placement.Quantizer;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** Which inputs of nodes are quantized and how, there or before layout operators. */
public final class QuantizedInputs {
  private final OnnxGraph graph;
  private final Map<OnnxGraph.Use, Input> byUse = new HashMap<>();

  /** Those of {@code graph} that read the points of {@code quantizers}. */
  public QuantizedInputs(OnnxGraph graph, Map<QuantPoint, Quantizer> quantizers) {
    this.graph = graph;
    quantizers.forEach(
        (point, quantizer) ->
            point.uses().forEach(use -> byUse.put(use, new Input(point, quantizer))));
  }

  /** A quantized tensor on its way into a node. */
  public record Input(QuantPoint point, Quantizer quantizer) {}

  /** How input {@code input} of {@code node} is quantized. */
  public Optional<Input> of(OnnxNode node, int input) {
    return firstUse(graph, node, input, byUse::containsKey).map(byUse::get);
  }

  /** The first use that is {@code wanted} from an input backwards through layout operators. */
  public static Optional<OnnxGraph.Use> firstUse(
      OnnxGraph graph, OnnxNode node, int input, Predicate<OnnxGraph.Use> wanted) {
    OnnxGraph.Use use = new OnnxGraph.Use(node, input);
    while (!wanted.test(use)) {
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
    return Optional.of(use);
  }
}
