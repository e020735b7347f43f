package dev.tailgate.quant.placement;

import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.ir.OnnxNode;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Operators that are no products and that ONNX Runtime runs on integers where all they read and
 * give is rounded. They are taken where something they read is rounded already, which makes
 * residual sums integer; two operands that one tensor is the origin of are left alone, because
 * those are written-out norms, activation functions and rotations.
 *
 * <p>Softmax is none of them: its integer kernel works on coarse exponentials.
 */
final class IntegerOperators {
  private static final Set<String> UNARY =
      Set.of("AveragePool", "GlobalAveragePool", "LeakyRelu", "Sigmoid");
  private static final Set<String> BINARY = Set.of("Add", "Mul");
  private static final int LONGEST_SEARCH = 200;

  private final ProductExaminer examiner;
  private final OnnxGraph graph;
  private final Selection selection;

  IntegerOperators(ProductExaminer examiner, Selection selection) {
    this.examiner = examiner;
    this.graph = examiner.graph();
    this.selection = selection;
  }

  /** Adds what they read and give, in graph order, so that one can follow another. */
  void addTo(CandidateCollector candidates) {
    for (OnnxNode node : graph.nodes()) {
      List<OnnxGraph.Use> operands = operands(node);
      if (operands.isEmpty() || !fits(node, operands, candidates)) {
        continue;
      }
      List<String> tensors = operands.stream().map(IntegerOperators::tensor).toList();
      boolean tied = BINARY.contains(node.opType()) && haveOneOrigin(node, candidates);
      if (!tied && selection.leavesOut(node, tensors).isEmpty()) {
        operands.forEach(candidates::add);
        candidates.addAllUses(node.output(0));
      }
    }
  }

  private List<OnnxGraph.Use> operands(OnnxNode node) {
    if (!node.domain().isEmpty()) {
      return List.of();
    }
    int count =
        UNARY.contains(node.opType())
            ? 1
            : BINARY.contains(node.opType()) ? 2 : node.is("Concat") ? node.inputs().size() : 0;
    return IntStream.range(0, count).mapToObj(i -> LayoutSource.of(graph, node, i)).toList();
  }

  private static String tensor(OnnxGraph.Use use) {
    return use.node().input(use.inputIndex());
  }

  private boolean fits(OnnxNode node, List<OnnxGraph.Use> operands, CandidateCollector candidates) {
    String output = node.output(0);
    return examiner.isActivation(output)
        && candidates.canReadAll(output)
        && !selection.excludes(output)
        && operands.stream().map(IntegerOperators::tensor).allMatch(t -> isFree(t, candidates))
        && operands.stream().map(IntegerOperators::tensor).anyMatch(candidates::contains);
  }

  /** Whether {@code tensor} can be rounded without taking the float output from a product. */
  private boolean isFree(String tensor, CandidateCollector candidates) {
    return examiner.isActivation(tensor)
        && !selection.excludes(tensor)
        && (!MatrixOperators.makes(graph, tensor) || candidates.canReadAll(tensor));
  }

  private boolean haveOneOrigin(OnnxNode node, CandidateCollector candidates) {
    Set<String> first = origins(node.input(0), candidates);
    return first.isEmpty() || !Collections.disjoint(first, origins(node.input(1), candidates));
  }

  /** The rounded tensors and products that {@code value} is computed from, with none in between. */
  private Set<String> origins(String value, CandidateCollector candidates) {
    Set<String> origins = new HashSet<>();
    Set<String> seen = new HashSet<>();
    Deque<String> open = new ArrayDeque<>(List.of(value));
    while (!open.isEmpty() && seen.size() < LONGEST_SEARCH) {
      String at = open.pop();
      if (!seen.add(at)) {
        continue;
      }
      OnnxNode maker = graph.producer(at).orElse(null);
      if (candidates.contains(at) || maker == null || MatrixOperators.is(maker)) {
        origins.add(at);
      } else {
        maker.inputs().stream().filter(examiner::isActivation).forEach(open::push);
        if (maker.inputs().stream().noneMatch(examiner::isActivation)) {
          origins.add(at);
        }
      }
    }
    return origins;
  }
}
