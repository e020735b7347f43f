package dev.tailgate.heal.remedy.rounding;

import dev.tailgate.onnx.attention.Dataflow;
import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.ir.OnnxNode;
import dev.tailgate.onnx.layer.LinearLayer;
import dev.tailgate.quant.placement.QuantPoint;
import dev.tailgate.quant.placement.Quantizer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How the input of a layer is rounded when a quantized model runs: by the points that the product
 * reads, directly or through views. Rounding to a fixed grid is done element by element, so it may
 * as well be done after the views.
 */
final class InputRounding {
  private final OnnxGraph graph;
  private final Map<OnnxGraph.Use, Quantizer> byUse = new HashMap<>();

  /** For the activations among {@code quantizers}. */
  InputRounding(OnnxGraph graph, Map<QuantPoint, Quantizer> quantizers) {
    this.graph = graph;
    quantizers.forEach(
        (point, quantizer) -> {
          if (point instanceof QuantPoint.Activation) {
            point.uses().forEach(use -> byUse.put(use, quantizer));
          }
        });
  }

  /** The quantizers between the input's source and {@code layer}, in the order they are passed. */
  List<Quantizer> of(LinearLayer layer) {
    Deque<Quantizer> passed = new ArrayDeque<>();
    OnnxGraph.Use use = new OnnxGraph.Use(layer.product(), 0);
    Optional<OnnxNode> view = Optional.of(layer.product());
    while (view.isPresent()) {
      Optional.ofNullable(byUse.get(use)).ifPresent(passed::addFirst);
      view = graph.producer(use.node().input(use.inputIndex())).filter(Dataflow::isView);
      use = new OnnxGraph.Use(view.orElse(layer.product()), 0);
    }
    return List.copyOf(passed);
  }
}
