package dev.tailgate.quant.placement;

import dev.tailgate.onnx.attention.Dataflow;
import dev.tailgate.onnx.ir.NestedGraph;
import dev.tailgate.onnx.ir.NestedGraphs;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.ir.OnnxNode;
import java.util.ArrayList;
import java.util.List;

/** Products that no placement reaches: those of branches, loop bodies and functions. */
final class NestedProducts {
  private NestedProducts() {}

  static List<PlacementPlan.KeptFloat> of(OnnxModel model) {
    List<PlacementPlan.KeptFloat> kept = new ArrayList<>();
    for (NestedGraph nested : NestedGraphs.of(model)) {
      for (OnnxNode node : nested.view().graph().nodes()) {
        if (Dataflow.isProduct(node)
            || MatrixOperators.is(node)
            || FloatOperators.reason(node).isPresent()) {
          kept.add(new PlacementPlan.KeptFloat(node.id(), "inside " + nested.label()));
        }
      }
    }
    return kept;
  }
}
