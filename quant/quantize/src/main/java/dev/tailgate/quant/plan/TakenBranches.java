package dev.tailgate.quant.plan;

import dev.tailgate.onnx.ir.FlatBranches;
import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.ir.OnnxNode;
import dev.tailgate.quant.placement.PlacementPlan;
import dev.tailgate.quant.placement.QuantPoint;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which branches of a flat model the data takes. What lies in another has no values to find ranges
 * on, and stays in float as a whole.
 *
 * @param untaken branches with activations to quantize of which none had a value, as they are
 *     called
 */
public record TakenBranches(Set<String> untaken) {
  /** Copies the set. */
  public TakenBranches {
    untaken = Set.copyOf(untaken);
  }

  /** The branches that made some of {@code known}, and those that made none of the candidates. */
  static TakenBranches of(
      OnnxGraph graph, List<PlacementPlan.Candidate> candidates, Collection<String> known) {
    Set<String> untaken = new LinkedHashSet<>();
    candidates.forEach(candidate -> place(graph, candidate.tensor()).ifPresent(untaken::add));
    known.forEach(tensor -> place(graph, tensor).ifPresent(untaken::remove));
    return new TakenBranches(untaken);
  }

  private static Optional<String> place(OnnxGraph graph, String tensor) {
    return graph.producer(tensor).flatMap(FlatBranches::place);
  }

  /** Whether {@code node} is run by the data. */
  public boolean runs(OnnxNode node) {
    return FlatBranches.place(node).filter(untaken::contains).isEmpty();
  }

  /** Why {@code node} stays float; empty where it is run. */
  public Optional<String> whyFloat(OnnxNode node) {
    return FlatBranches.place(node)
        .filter(untaken::contains)
        .map(place -> "inside " + place + ", which the data does not take");
  }

  List<OnnxGraph.Use> run(List<OnnxGraph.Use> uses) {
    return uses.stream().filter(use -> runs(use.node())).toList();
  }

  /** The weight for the readers that are run; empty where there are none. */
  public Optional<QuantPoint.Weight> run(QuantPoint.Weight weight) {
    List<OnnxGraph.Use> uses = run(weight.uses());
    return uses.isEmpty() ? Optional.empty() : Optional.of(weight.readBy(uses));
  }
}
