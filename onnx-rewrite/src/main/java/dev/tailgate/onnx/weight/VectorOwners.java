package dev.tailgate.onnx.weight;

import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.ir.OnnxNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Tells the parameters apart that one vector stands for. Each use belongs to the products or
 * lookups with a constant that lie nearest before it: a bias to its product, a normalisation to the
 * last product of the sum it reads. Uses are of one parameter where they belong to different nodes
 * of the same constant.
 */
final class VectorOwners {
  private static final Set<String> PRODUCTS = Set.of("MatMul", "Gemm", "Conv", "Gather");
  private static final Set<String> MOVES =
      Set.of("Cast", "Identity", "Reshape", "Transpose", "Squeeze", "Unsqueeze");

  private final OnnxGraph graph;

  VectorOwners(OnnxGraph graph) {
    this.graph = graph;
  }

  /** {@code uses} in groups of one parameter each, in the order of the first of each. */
  List<List<OnnxGraph.Use>> parameters(List<OnnxGraph.Use> uses) {
    record Group(Set<String> constants, Set<Integer> nodes, List<OnnxGraph.Use> uses) {}
    List<Group> groups = new ArrayList<>();
    for (OnnxGraph.Use use : uses) {
      Map<Integer, String> owners = owners(use);
      Set<String> constants = new TreeSet<>(owners.values());
      Optional<Group> same =
          groups.stream()
              .filter(group -> !constants.isEmpty() && group.constants().equals(constants))
              .filter(group -> owners.keySet().stream().noneMatch(group.nodes()::contains))
              .findFirst();
      Group group =
          same.orElseGet(
              () -> {
                Group fresh = new Group(constants, new HashSet<>(), new ArrayList<>());
                groups.add(fresh);
                return fresh;
              });
      group.nodes().addAll(owners.keySet());
      group.uses().add(use);
    }
    return groups.stream().map(group -> List.copyOf(group.uses())).toList();
  }

  /** The constants by the index of the nodes that apply them. */
  private Map<Integer, String> owners(OnnxGraph.Use use) {
    Map<Integer, String> found = new TreeMap<>();
    Set<OnnxNode> seen = new HashSet<>();
    List<OnnxNode> level = List.of(use.node());
    while (found.isEmpty() && !level.isEmpty()) {
      List<OnnxNode> next = new ArrayList<>();
      for (OnnxNode node : level) {
        applied(node).ifPresent(constant -> found.put(node.index(), constant));
        node.inputs().stream()
            .flatMap(input -> graph.producer(input).stream())
            .filter(seen::add)
            .forEach(next::add);
      }
      level = next;
    }
    return found;
  }

  private Optional<String> applied(OnnxNode node) {
    if (!PRODUCTS.contains(node.opType())) {
      return Optional.empty();
    }
    return node.inputs().stream()
        .limit(2)
        .map(this::stored)
        .flatMap(name -> Stream.ofNullable(graph.initializers().get(name)))
        .filter(constant -> constant.type().isFloat())
        .map(ConstantTensor::name)
        .findFirst();
  }

  private String stored(String value) {
    String at = value;
    Optional<OnnxNode> maker = graph.producer(at);
    while (maker.isPresent() && MOVES.contains(maker.get().opType())) {
      at = maker.get().input(0);
      maker = graph.producer(at);
    }
    return at;
  }
}
