package dev.tailgate.quant.placement;

import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.ir.OnnxNode;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Gathers activations by tensor, so that what several nodes read quantized is quantized once. */
final class CandidateCollector {
  private final OnnxGraph graph;
  private final Map<String, Set<OnnxGraph.Use>> uses = new LinkedHashMap<>();

  CandidateCollector(OnnxGraph graph) {
    this.graph = graph;
  }

  void add(OnnxGraph.Use use) {
    uses.computeIfAbsent(use.node().input(use.inputIndex()), t -> new LinkedHashSet<>()).add(use);
  }

  /** Every use there is, of shapes too: an integer kernel makes no float output beside its own. */
  void addAllUses(String tensor) {
    graph.uses(tensor).stream().filter(use -> use.inputIndex() >= 0).forEach(this::add);
  }

  boolean contains(String tensor) {
    return uses.containsKey(tensor);
  }

  /** Whether some node reads {@code tensor} quantized and another, or the caller, in float. */
  boolean isMixed(String tensor) {
    return contains(tensor)
        && (graph.isOutput(tensor)
            || !uses.getOrDefault(tensor, Set.of()).containsAll(graph.uses(tensor)));
  }

  /** Whether all uses of {@code tensor} can be made to read a quantized one. */
  boolean canReadAll(String tensor) {
    return !graph.isOutput(tensor)
        && graph.uses(tensor).stream().allMatch(use -> use.inputIndex() >= 0);
  }

  /** In graph order. */
  List<PlacementPlan.Candidate> candidates(ActivationRoles roles) {
    return uses.entrySet().stream()
        .sorted(Comparator.comparingInt(entry -> position(entry.getKey())))
        .map(
            entry -> {
              ActivationRoles.Named named = roles.of(entry.getKey());
              return new PlacementPlan.Candidate(
                  entry.getKey(),
                  named.role(),
                  named.layer(),
                  entry.getValue().stream()
                      .sorted(
                          Comparator.comparingInt((OnnxGraph.Use use) -> use.node().index())
                              .thenComparingInt(OnnxGraph.Use::inputIndex))
                      .toList());
            })
        .toList();
  }

  private int position(String tensor) {
    return graph.producer(tensor).map(OnnxNode::index).orElse(-1);
  }
}
