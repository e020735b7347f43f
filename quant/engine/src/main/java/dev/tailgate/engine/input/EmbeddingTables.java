package dev.tailgate.engine.input;

import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.ir.OnnxNode;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Finds the table that an input indexes: the input is followed forward through operators that hand
 * indices on unchanged until it reaches the indices of a {@code Gather}, {@code OneHot} or fused
 * embedding. Names are not looked at.
 */
public final class EmbeddingTables {
  /** Operators whose output holds values of their first input, cast or rearranged. */
  private static final Set<String> CARRIERS =
      Set.of(
          "Cast",
          "Clip",
          "Expand",
          "Flatten",
          "Identity",
          "Reshape",
          "Slice",
          "Split",
          "Squeeze",
          "Tile",
          "Transpose",
          "Unsqueeze");

  private static final int SMALLEST_POSITION_TABLE = 8;

  private final OnnxGraph graph;

  public EmbeddingTables(OnnxGraph graph) {
    this.graph = graph;
  }

  /** Rows of the smallest table that {@code input} indexes; empty where it indexes none. */
  public OptionalInt rowsIndexedBy(String input) {
    OptionalInt smallest = OptionalInt.empty();
    Deque<String> open = new ArrayDeque<>(List.of(input));
    Set<String> seen = new HashSet<>(open);
    while (!open.isEmpty()) {
      String value = open.remove();
      for (OnnxGraph.Use use : graph.uses(value)) {
        OptionalLong rows = rows(use);
        if (rows.isPresent() && rows.getAsLong() > 0) {
          int found = (int) Math.min(rows.getAsLong(), Integer.MAX_VALUE);
          smallest = OptionalInt.of(Math.min(smallest.orElse(found), found));
        } else if (carries(use)) {
          use.node().outputs().stream().filter(o -> !o.isEmpty() && seen.add(o)).forEach(open::add);
        }
      }
    }
    return smallest;
  }

  /**
   * The longest sequence that learned positions allow: rows of the tables as wide as the token
   * table that are indexed by something else than an input. Tables of a few rows hold segments. Two
   * rows beyond a power of two are the offset of OPT and RoBERTa.
   */
  public OptionalInt positions(Set<String> inputNames) {
    Set<String> indexed = new HashSet<>();
    Set<Long> widths = new HashSet<>();
    for (OnnxNode node : graph.nodes()) {
      if (node.is("Gather") && reachedFrom(node.input(1), inputNames)) {
        indexed.add(node.input(0));
        table(node.input(0)).ifPresent(t -> widths.add(t.dims().get(t.dims().size() - 1)));
      }
    }
    OptionalInt shortest = OptionalInt.empty();
    for (OnnxNode node : graph.nodes()) {
      Optional<ConstantTensor> table =
          node.is("Gather") && node.intAttribute("axis", 0) == 0 && !indexed.contains(node.input(0))
              ? table(node.input(0))
              : Optional.empty();
      if (table.isPresent() && table.get().dims().size() == 2) {
        long rows = table.get().dims().get(0);
        if (widths.contains(table.get().dims().get(1)) && rows >= SMALLEST_POSITION_TABLE) {
          int usable = (int) Math.min(Long.bitCount(rows - 2) == 1 ? rows - 2 : rows, 1 << 30);
          shortest = OptionalInt.of(Math.min(shortest.orElse(usable), usable));
        }
      }
    }
    return shortest;
  }

  private boolean reachedFrom(String value, Set<String> inputNames) {
    String at = value;
    // A chain longer than the graph would be a cycle, which loading has ruled out.
    while (!inputNames.contains(at)) {
      Optional<OnnxNode> producer = graph.producer(at);
      if (producer.isEmpty() || !isCarrier(producer.get())) {
        return false;
      }
      at = producer.get().input(0);
    }
    return true;
  }

  private OptionalLong rows(OnnxGraph.Use use) {
    OnnxNode node = use.node();
    if (node.is("Gather") && use.inputIndex() == 1) {
      return rowsOf(node.input(0), (int) node.intAttribute("axis", 0));
    }
    if (node.is("OneHot") && use.inputIndex() == 0) {
      Optional<ConstantTensor> depth = graph.constant(node.input(1));
      return depth.isPresent() && depth.get().elementCount() == 1
          ? OptionalLong.of(depth.get().toLongs(1)[0])
          : OptionalLong.empty();
    }
    if (node.is("com.microsoft", "EmbedLayerNormalization")) {
      return switch (use.inputIndex()) {
        case 0 -> rowsOf(node.input(2), 0);
        case 1 -> rowsOf(node.input(4), 0);
        case 8 -> rowsOf(node.input(3), 0);
        default -> OptionalLong.empty();
      };
    }
    return OptionalLong.empty();
  }

  private OptionalLong rowsOf(String value, int axis) {
    Optional<ConstantTensor> table = table(value);
    if (table.isEmpty() || axis < 0 || axis >= table.get().dims().size()) {
      return OptionalLong.empty();
    }
    return OptionalLong.of(table.get().dims().get(axis));
  }

  /** The constant behind a table of at least one dimension, quantized or half precision or not. */
  private Optional<ConstantTensor> table(String value) {
    Optional<ConstantTensor> constant = graph.constant(value);
    if (constant.isPresent()) {
      return constant.filter(c -> !c.dims().isEmpty());
    }
    return graph
        .producer(value)
        .filter(n -> n.is("DequantizeLinear") || n.is("Cast") || n.is("Identity"))
        .flatMap(n -> table(n.input(0)));
  }

  private static boolean carries(OnnxGraph.Use use) {
    // Gather with the input as data picks some of its values, as in x[:, 0].
    return use.inputIndex() == 0 && (isCarrier(use.node()) || use.node().is("Gather"));
  }

  private static boolean isCarrier(OnnxNode node) {
    return CARRIERS.contains(node.opType()) && node.domain().isEmpty();
  }
}
