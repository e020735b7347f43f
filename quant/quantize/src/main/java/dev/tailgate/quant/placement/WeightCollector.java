package dev.tailgate.quant.placement;

import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.ir.OnnxNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Gathers weights by constant, so that one tied between several nodes is quantized once. */
final class WeightCollector {
  private final OnnxGraph graph;
  private final Map<String, Tied> byConstant = new LinkedHashMap<>();

  WeightCollector(OnnxGraph graph) {
    this.graph = graph;
  }

  /** What is known of a constant so far; role and layer are those of its first reader. */
  private record Tied(String role, int layer, WeightAxes axes, List<OnnxGraph.Use> uses) {}

  void add(OnnxNode reader, int layer, WeightInputs.Weight weight) {
    Tied seen = byConstant.get(weight.constant());
    if (seen == null) {
      List<OnnxGraph.Use> uses = new ArrayList<>(List.of(weight.use()));
      byConstant.put(weight.constant(), new Tied(reader.opType(), layer, weight.axes(), uses));
      return;
    }
    if (!seen.uses().contains(weight.use())) {
      seen.uses().add(weight.use());
    }
    WeightAxes common = seen.axes().and(weight.axes());
    byConstant.put(weight.constant(), new Tied(seen.role(), seen.layer(), common, seen.uses()));
  }

  List<QuantPoint.Weight> points() {
    List<QuantPoint.Weight> points = new ArrayList<>();
    byConstant.forEach(
        (name, tied) -> {
          ConstantTensor tensor = graph.constant(name).orElseThrow();
          points.add(
              new QuantPoint.Weight(
                  name,
                  tied.role(),
                  tied.layer(),
                  tensor.type(),
                  tensor.dims(),
                  tied.axes(),
                  tied.uses()));
        });
    return points;
  }
}
