package dev.tailgate.quant.placement;

import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.ir.OnnxNode;
import dev.tailgate.onnx.role.Tap;
import dev.tailgate.onnx.role.TapMap;
import dev.tailgate.onnx.role.TapRole;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The nodes after the last block: pooler, classifier, language-model head. */
final class HeadRegion {
  private HeadRegion() {}

  /**
   * Nodes reachable from the last block's output (after the final norm, where there is one). Where
   * no block is known: the weighted nodes that no other weighted node follows.
   */
  static Set<OnnxNode> find(OnnxGraph graph, TapMap taps) {
    List<Tap> ends = taps.withRole(TapRole.FINAL_LAYERNORM_OUT);
    if (ends.isEmpty()) {
      ends =
          taps.withRole(TapRole.BLOCK_OUT).stream()
              .max(Comparator.comparingInt(Tap::layer))
              .map(List::of)
              .orElse(List.of());
    }
    if (!ends.isEmpty()) {
      Set<OnnxNode> reached = new HashSet<>();
      ends.forEach(end -> reached.addAll(reachable(graph, List.of(end.tensor()))));
      return reached;
    }
    Set<OnnxNode> last = new HashSet<>();
    for (OnnxNode node : graph.nodes()) {
      if (!WeightInputs.of(graph, node).isEmpty()
          && reachable(graph, node.outputs()).stream()
              .allMatch(after -> WeightInputs.of(graph, after).isEmpty())) {
        last.add(node);
      }
    }
    return last;
  }

  private static Set<OnnxNode> reachable(OnnxGraph graph, List<String> from) {
    Set<OnnxNode> reached = new HashSet<>();
    Deque<String> pending = new ArrayDeque<>(from);
    while (!pending.isEmpty()) {
      for (OnnxGraph.Use use : graph.uses(pending.pop())) {
        if (reached.add(use.node())) {
          new ArrayList<>(use.node().outputs()).forEach(pending::push);
        }
      }
    }
    return reached;
  }
}
