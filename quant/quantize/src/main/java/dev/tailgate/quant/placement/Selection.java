package dev.tailgate.quant.placement;

import dev.tailgate.onnx.ir.ModelException;
import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.ir.OnnxNode;
import dev.tailgate.onnx.ir.Printable;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** A filter at work on one model: it remembers what it was asked about. */
final class Selection {
  private static final int FEW = 3;

  private final PointFilter filter;
  private final OnnxGraph graph;
  private final NodeLayers layers;
  private final ActivationRoles roles;
  private final Set<Selector.Item> seen = new LinkedHashSet<>();

  Selection(PointFilter filter, OnnxGraph graph, NodeLayers layers, ActivationRoles roles) {
    this.filter = filter;
    this.graph = graph;
    this.layers = layers;
    this.roles = roles;
  }

  /** Why {@code node}, which is to read {@code tensors} quantized, stays float. */
  Optional<String> leavesOut(OnnxNode node, List<String> tensors) {
    Selector.Item item = item(node, tensors);
    seen.add(item);
    return filter.leavesOut(item);
  }

  /** Remembers a node that stays float in any case: asking for that is no mistake. */
  void note(OnnxNode node) {
    seen.add(item(node, List.of()));
  }

  /** Whether {@code node} itself, whatever it reads, is excluded. */
  boolean excludes(OnnxNode node) {
    return filter.excludes(item(node, List.of())).isPresent();
  }

  /** Why the output {@code tensor} of {@code maker}, if it has one, stays float. */
  Optional<String> leavesOut(String tensor, String role, int layer, Optional<OnnxNode> maker) {
    List<String> names =
        Stream.concat(Stream.of(tensor), maker.stream().flatMap(Selection::names)).toList();
    Selector.Item item =
        new Selector.Item(maker.map(OnnxNode::opType), layer, names, List.of(role));
    seen.add(item);
    return filter.leavesOut(item);
  }

  /** Why nothing is to round {@code tensor}, whoever makes and reads it. */
  boolean excludes(String tensor) {
    Selector.Item item =
        new Selector.Item(Optional.empty(), -1, List.of(tensor), List.of(roles.of(tensor).role()));
    seen.add(item);
    return filter.excludes(item).isPresent();
  }

  private Selector.Item item(OnnxNode node, List<String> tensors) {
    List<String> activations =
        tensors.stream()
            .filter(tensor -> graph.constant(tensor).isEmpty())
            .map(tensor -> roles.of(tensor).role())
            .distinct()
            .toList();
    return new Selector.Item(
        Optional.of(node.opType()),
        layers.of(node),
        Stream.concat(names(node), tensors.stream()).toList(),
        activations);
  }

  private static Stream<String> names(OnnxNode node) {
    return node.name().isEmpty() ? Stream.of(node.id()) : Stream.of(node.name());
  }

  /**
   * Refuses selectors that matched nothing: a misspelt exclusion would quantize what it was to
   * protect.
   */
  void verify() {
    List<Selector> all = new ArrayList<>(filter.included());
    all.addAll(filter.excluded());
    for (Selector selector : all) {
      if (seen.stream().noneMatch(selector::matches)) {
        List<String> known =
            seen.stream().flatMap(item -> selector.vocabulary(item).stream()).distinct().toList();
        throw ModelException.doing("choosing what to quantize")
            .expected("something that matches " + Printable.of(selector.text()))
            .found("nothing")
            .fix(advice(NearestNames.to(selector.text(), known, FEW)));
      }
    }
  }

  private static String advice(List<String> nearest) {
    return nearest.isEmpty()
        ? "The model has nothing that could be chosen in this way"
        : "The nearest are " + String.join(", ", nearest.stream().map(Printable::of).toList());
  }
}
