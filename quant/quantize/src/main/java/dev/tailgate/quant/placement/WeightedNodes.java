package dev.tailgate.quant.placement;

import dev.tailgate.onnx.attention.Dataflow;
import dev.tailgate.onnx.ir.NestedGraph;
import dev.tailgate.onnx.ir.NestedGraphs;
import dev.tailgate.onnx.ir.OnnxNode;
import dev.tailgate.onnx.layer.ModelMap;
import java.util.ArrayList;
import java.util.List;

/**
 * What a scheme is about: matrix products and convolutions of activations, and operators that hold
 * some. Products of constants, which are folded, and of positions or masks are none.
 */
public final class WeightedNodes {
  private WeightedNodes() {}

  /** Those of the main graph, in its order. */
  public static List<OnnxNode> ofMainGraph(ModelMap map) {
    return map.model().graph().nodes().stream()
        .filter(WeightedNodes::isWeighted)
        .filter(
            node ->
                FloatOperators.reason(node).isPresent()
                    || node.inputs().stream().anyMatch(map.activations()::contains))
        .toList();
  }

  private static boolean isWeighted(OnnxNode node) {
    return Dataflow.isProduct(node)
        || MatrixOperators.is(node)
        || FloatOperators.reason(node).isPresent();
  }

  /**
   * One that no placement reaches.
   *
   * @param reason where it lies, {@code inside body of Loop x}
   */
  public record Nested(OnnxNode node, String reason) {}

  /** Those of branches, loop bodies and functions. */
  public static List<Nested> nested(ModelMap map) {
    List<Nested> found = new ArrayList<>();
    for (NestedGraph nested : NestedGraphs.of(map.model())) {
      nested.view().graph().nodes().stream()
          .filter(WeightedNodes::isWeighted)
          .forEach(node -> found.add(new Nested(node, "inside " + nested.label())));
    }
    return found;
  }

  /** The same as nodes that stay float. */
  static List<PlacementPlan.KeptFloat> keptNested(ModelMap map) {
    return nested(map).stream()
        .map(kept -> new PlacementPlan.KeptFloat(kept.node().id(), kept.reason()))
        .toList();
  }
}
