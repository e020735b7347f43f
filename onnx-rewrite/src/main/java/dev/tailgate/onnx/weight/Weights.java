package dev.tailgate.onnx.weight;

import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.ElementTypes;
import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.ir.OnnxNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Finds the weights among the constants of a graph, by how they meet data. A weight is an
 * initialiser of floats with a dimension at least that
 *
 * <ul>
 *   <li>is a factor of a product or convolution with data,
 *   <li>is a table that is looked up,
 *   <li>is added to, multiplied with or put beside what other weights have made,
 *   <li>is a vector beside the scores of a softmax, see {@link SinkLogits},
 *   <li>or is in the place where a normalisation or a fused operator takes a weight.
 * </ul>
 *
 * <p>So frequencies of positions, scales of pictures, numbers of formulas and integers are none:
 * they meet indices, raw inputs or nothing. Two kinds of buffers meet activations and are told by
 * their elements, see {@link Buffers}. What a branch or a loop reads from outside is not looked at.
 */
public final class Weights {
  private static final Set<String> PRODUCTS = Set.of("MatMul", "Gemm", "Einsum", "FusedMatMul");

  /**
   * Operators whose first output has elements of their first input, which quantizers hold within
   * bounds and round.
   */
  private static final Set<String> MOVES =
      Set.of(
          "Cast",
          "Expand",
          "Flatten",
          "Identity",
          "Max",
          "Min",
          "Reshape",
          "Slice",
          "Split",
          "Squeeze",
          "Tile",
          "Transpose",
          "Unsqueeze",
          "QuantizeLinear",
          "DequantizeLinear");

  private final OnnxGraph graph;
  private final ElementTypes types;

  /** The initialiser whose elements a value has. */
  private final Map<String, ConstantTensor> carried = new HashMap<>();

  /** Values that depend on float inputs or weights. */
  private final Set<String> data = new HashSet<>();

  /** Values that depend on weights. */
  private final Set<String> learned = new HashSet<>();

  private final Map<String, List<OnnxGraph.Use>> uses = new HashMap<>();
  private final Map<String, WeightRole> roles = new HashMap<>();

  private Weights(OnnxGraph graph) {
    this.graph = graph;
    this.types = ElementTypes.of(graph);
  }

  /** The weights of {@code graph} by name, in the order of the file. */
  public static Map<String, Weight> of(OnnxGraph graph) {
    return new Weights(graph).search();
  }

  private Map<String, Weight> search() {
    graph
        .initializers()
        .forEach(
            (name, constant) -> {
              if (constant.type().isFloat() && !constant.dims().isEmpty()) {
                carried.put(name, constant);
              }
            });
    graph.inputs().stream()
        .filter(input -> input.type().isFloat())
        .forEach(input -> data.add(input.name()));
    graph.nodes().forEach(this::visit);
    Map<String, Weight> found = new LinkedHashMap<>();
    for (ConstantTensor constant : graph.initializers().values()) {
      WeightRole role = roles.get(constant.name());
      if (role != null) {
        List<OnnxGraph.Use> at = uses.getOrDefault(constant.name(), List.of());
        found.put(constant.name(), new Weight(constant, role, at));
      }
    }
    return Collections.unmodifiableMap(found);
  }

  private void visit(OnnxNode node) {
    boolean applies = false;
    for (int i = 0; i < node.inputs().size(); i++) {
      ConstantTensor constant = carried.get(node.input(i));
      if (constant != null) {
        Optional<WeightRole> role = role(node, i, constant);
        int at = i;
        role.ifPresent(found -> add(constant, found, new OnnxGraph.Use(node, at)));
        applies |= role.isPresent();
      }
    }
    if (moves(node)) {
      ConstantTensor constant = carried.get(node.input(0));
      if (constant != null) {
        node.outputs().forEach(output -> carried.put(output, constant));
        return;
      }
    }
    Optional<ConstantTensor> shifted = applies ? Optional.empty() : shifted(node);
    if (shifted.isPresent()) {
      carried.put(node.output(0), shifted.get());
      return;
    }
    boolean isLearned = applies || node.inputs().stream().anyMatch(learned::contains);
    boolean isData = isLearned || node.inputs().stream().anyMatch(data::contains);
    if (isData) {
      List<String> outputs = outputs(node);
      data.addAll(outputs);
      if (isLearned) {
        learned.addAll(outputs);
      }
    }
  }

  /** A bias of positions to which a mask is added before it meets the scores. */
  private Optional<ConstantTensor> shifted(OnnxNode node) {
    if (!node.is("Add") || node.inputs().stream().anyMatch(data::contains)) {
      return Optional.empty();
    }
    List<ConstantTensor> biases =
        node.inputs().stream()
            .flatMap(input -> Stream.ofNullable(carried.get(input)))
            .filter(constant -> !Buffers.isMask(constant))
            .toList();
    return biases.size() == 1 ? Optional.of(biases.get(0)) : Optional.empty();
  }

  /** Numbers that follow from data; sizes, indices and scales that were measured are none. */
  private List<String> outputs(OnnxNode node) {
    if (node.is("QuantizeLinear")) {
      return node.outputs();
    }
    List<String> outputs = new ArrayList<>();
    for (String output : node.outputs()) {
      boolean isFloat = types.isFloat(output) || types.of(output) == ElementType.UNDEFINED;
      if (isFloat && !output.isEmpty() && !node.is("DynamicQuantizeLinear")) {
        outputs.add(output);
      }
    }
    return outputs;
  }

  private boolean moves(OnnxNode node) {
    boolean isPart = node.is("Gather") && graph.constant(node.input(1)).isPresent();
    return isPart || (node.domain().isEmpty() && MOVES.contains(node.opType()));
  }

  private void add(ConstantTensor constant, WeightRole role, OnnxGraph.Use use) {
    roles.merge(constant.name(), role, (one, other) -> one.compareTo(other) < 0 ? one : other);
    uses.computeIfAbsent(constant.name(), k -> new ArrayList<>()).add(use);
  }

  private Optional<WeightRole> role(OnnxNode node, int input, ConstantTensor constant) {
    Optional<WeightRole> place = WeightPlaces.of(node, input);
    if (place.isPresent()) {
      return place;
    }
    if (PRODUCTS.contains(node.opType())) {
      return factor(node, input);
    }
    return switch (node.opType()) {
      case "Gather", "GatherND", "GatherElements" ->
          when(
              input == 0
                  && constant.dims().size() > 1
                  && !moves(node)
                  && !isCircular(node, constant),
              WeightRole.EMBEDDING);
      case "Add" -> added(node, input, constant);
      case "Mul" -> multiplied(node, input, constant);
      case "Concat" -> beside(node, input, constant);
      default -> Optional.empty();
    };
  }

  /** Zeros beside tokens fill up; zeros beside scores are sinks that have not been trained yet. */
  private Optional<WeightRole> beside(OnnxNode node, int input, ConstantTensor constant) {
    boolean isZero = Buffers.isZero(constant);
    if (Weight.isVector(constant) && SinkLogits.areIn(graph, node)) {
      boolean isSink = !Buffers.isMask(constant) && (constant.elementCount() > 1 || !isZero);
      return when(isSink, WeightRole.BIAS);
    }
    return when(
        constant.elementCount() > 1 && meets(node, input, data) && !isZero, WeightRole.EMBEDDING);
  }

  /** Learned vectors that a product reads as its data are looked at like tokens. */
  private Optional<WeightRole> factor(OnnxNode node, int input) {
    if (meets(node, input, data)) {
      return Optional.of(WeightRole.MATRIX);
    }
    boolean areBothConstant = carried.containsKey(node.input(1 - Math.min(input, 1)));
    return when(areBothConstant, input == 0 ? WeightRole.EMBEDDING : WeightRole.MATRIX);
  }

  private Optional<WeightRole> added(OnnxNode node, int input, ConstantTensor constant) {
    if (!meets(node, input, learned) || Buffers.isMask(constant)) {
      return bothAdded(node, input);
    }
    if (Buffers.isSinusoid(constant)) {
      return Optional.empty();
    }
    if (constant.elementCount() == 1) {
      return when(isOfProduct(node.input(1 - input)), WeightRole.BIAS);
    }
    return Optional.of(Weight.isVector(constant) ? WeightRole.BIAS : WeightRole.EMBEDDING);
  }

  /** Two tables that are added are two embeddings. */
  private Optional<WeightRole> bothAdded(OnnxNode node, int input) {
    ConstantTensor other = carried.get(node.input(1 - input));
    ConstantTensor one = carried.get(node.input(input));
    boolean areTables =
        one != null
            && other != null
            && !Weight.isVector(one)
            && !Weight.isVector(other)
            && !Buffers.isMask(one)
            && !Buffers.isMask(other);
    return when(areTables, WeightRole.EMBEDDING);
  }

  /** Learned vectors that a product has read as its data are data of a gate, too. */
  private Optional<WeightRole> multiplied(OnnxNode node, int input, ConstantTensor constant) {
    ConstantTensor other = carried.get(node.input(1 - input));
    boolean meetsVectors = other != null && roles.get(other.name()) == WeightRole.EMBEDDING;
    boolean isWeight =
        constant.elementCount() > 1
            && (meetsVectors || meets(node, input, learned))
            && !Buffers.isCircular(constant)
            && !Buffers.isMask(constant);
    return when(isWeight, WeightRole.NORM);
  }

  /** Whether what is looked up in {@code table} turns pairs of elements, or are such turns. */
  private boolean isCircular(OnnxNode lookup, ConstantTensor table) {
    return Buffers.isSinusoid(table)
        || (isMultiplied(lookup.output(0), 0) && Buffers.isCircular(table));
  }

  private boolean isMultiplied(String value, int depth) {
    return graph.uses(value).stream()
        .map(OnnxGraph.Use::node)
        .anyMatch(
            node ->
                node.is("Mul")
                    || node.is("RotaryEmbedding")
                    || (moves(node) && depth < 8 && isMultiplied(node.output(0), depth + 1)));
  }

  /** A product as a node of its own, or as the sum of what a constant is multiplied by. */
  private boolean isOfProduct(String value) {
    return graph
        .producer(value)
        .filter(
            node ->
                node.is("MatMul") ? carried.containsKey(node.input(1)) : isSumOfMultiplied(node))
        .isPresent();
  }

  private boolean isSumOfMultiplied(OnnxNode node) {
    return node.is("ReduceSum")
        && graph
            .producer(node.input(0))
            .filter(factor -> factor.is("Mul"))
            .filter(factor -> factor.inputs().stream().anyMatch(roles::containsKey))
            .isPresent();
  }

  private static boolean meets(OnnxNode node, int input, Set<String> values) {
    return IntStream.range(0, node.inputs().size())
        .anyMatch(i -> i != input && values.contains(node.input(i)));
  }

  private static Optional<WeightRole> when(boolean holds, WeightRole role) {
    return holds ? Optional.of(role) : Optional.empty();
  }
}
