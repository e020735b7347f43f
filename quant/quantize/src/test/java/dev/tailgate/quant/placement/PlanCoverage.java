package dev.tailgate.quant.placement;

import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.ir.OnnxNode;
import dev.tailgate.quant.qdq.QuantizedInputs;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Which matrix products of a graph a plan makes read quantized factors only. */
public final class PlanCoverage {
  private final OnnxGraph graph;
  private final Set<OnnxGraph.Use> quantized = new HashSet<>();

  private PlanCoverage(OnnxGraph graph) {
    this.graph = graph;
  }

  /** The coverage of {@code graph} by {@code plan}. */
  public static PlanCoverage of(OnnxGraph graph, PlacementPlan plan) {
    PlanCoverage coverage = new PlanCoverage(graph);
    plan.activations().forEach(candidate -> coverage.quantized.addAll(candidate.uses()));
    plan.weights().forEach(weight -> coverage.quantized.addAll(weight.uses()));
    return coverage;
  }

  /** MatMul, Gemm and Conv nodes, in graph order. */
  public List<OnnxNode> products() {
    return graph.nodes().stream().filter(MatrixOperators::is).toList();
  }

  /** Those whose two factors are quantized. */
  public List<OnnxNode> covered() {
    return products().stream().filter(node -> reads(node, 0) && reads(node, 1)).toList();
  }

  /** Whether input {@code input} of {@code node} is quantized there or before layout changes. */
  public boolean reads(OnnxNode node, int input) {
    return QuantizedInputs.firstUse(graph, node, input, quantized::contains).isPresent();
  }
}
