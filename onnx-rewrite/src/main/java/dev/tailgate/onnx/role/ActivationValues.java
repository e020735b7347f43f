package dev.tailgate.onnx.role;

import dev.tailgate.onnx.attention.AttentionReport;
import dev.tailgate.onnx.attention.AttentionSite;
import dev.tailgate.onnx.attention.Dataflow;
import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.ElementTypes;
import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.ir.OnnxNode;
import dev.tailgate.onnx.ir.ValueInfo;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The float values that carry the model's data. Data enters by an embedding look-up, by a product
 * with weights, or by a float input; what is made from attention masks, positions and shapes alone
 * is left out, because its fill constants would drown every statistic.
 */
public final class ActivationValues {
  private static final Set<String> SHAPES = Set.of("Shape", "Size");

  private final Dataflow flow;
  private final ElementTypes types;
  private final Set<String> data = new HashSet<>();
  private final Set<String> fromInput = new HashSet<>();

  private ActivationValues(Dataflow flow, ElementTypes types, AttentionReport report) {
    this.flow = flow;
    this.types = types;
    Set<String> maskInputs = maskInputs(report);
    for (ValueInfo input : flow.graph().inputs()) {
      fromInput.add(input.name());
      if (input.type().isFloat() && !maskInputs.contains(input.name())) {
        data.add(input.name());
      }
    }
    flow.graph().nodes().forEach(this::propagate);
    data.remove("");
  }

  /** The activations of the graph of {@code flow}, whose attentions are {@code report}. */
  public static Set<String> of(Dataflow flow, ElementTypes types, AttentionReport report) {
    Set<String> values = new ActivationValues(flow, types, report).data;
    values.removeIf(value -> !types.isFloat(value));
    report.sites().forEach(site -> values.removeAll(masked(flow.graph(), site)));
    return values;
  }

  private void propagate(OnnxNode node) {
    if (SHAPES.contains(node.opType())) {
      return;
    }
    if (node.inputs().stream().anyMatch(fromInput::contains)) {
      fromInput.addAll(node.outputs());
    }
    if (node.inputs().stream().anyMatch(data::contains) || isSource(node)) {
      data.addAll(node.outputs());
    }
  }

  /** Whether {@code node} turns indices or raw inputs into data by means of weights. */
  private boolean isSource(OnnxNode node) {
    if (node.is("Gather") || node.is("com.microsoft", "GatherBlockQuantized")) {
      boolean table = isTable(node.input(0)) || isCodedTable(node);
      return table && fromInput.contains(node.input(1));
    }
    if (Dataflow.isProduct(node)) {
      return (isTable(node.input(0)) && fromInput.contains(node.input(1)))
          || (isTable(node.input(1)) && fromInput.contains(node.input(0)));
    }
    // What a subgraph computes may rest on anything it captures.
    return !node.subgraphs().isEmpty()
        || (node.domain().equals("com.microsoft") && node.opType().contains("EmbedLayer"));
  }

  /** A table of codes, whose rows are dequantized after they are looked up, or by the look-up. */
  private boolean isCodedTable(OnnxNode gather) {
    List<OnnxGraph.Use> uses = flow.graph().uses(gather.output(0));
    return flow.isConstant(gather.input(0))
        && !types.isFloat(gather.input(0))
        && (!gather.domain().isEmpty()
            || (!uses.isEmpty()
                && uses.stream().allMatch(u -> u.node().opType().equals("DequantizeLinear"))));
  }

  /** A weight matrix: the frequencies of rotary embeddings, with an axis of size 1, are none. */
  private boolean isTable(String value) {
    if (!flow.isConstant(value) || !types.isFloat(value)) {
      return false;
    }
    Optional<ConstantTensor> constant = flow.graph().constant(value);
    if (constant.isEmpty()) {
      return true;
    }
    List<Long> dims = constant.get().dims();
    return dims.size() >= 2 && dims.get(dims.size() - 1) > 1 && dims.get(dims.size() - 2) > 1;
  }

  /** Float inputs that reach a mask operand and nothing that computes with weights. */
  private Set<String> maskInputs(AttentionReport report) {
    Set<String> masks = new HashSet<>();
    report.sites().forEach(site -> site.scores().mask().ifPresent(masks::add));
    Set<String> found = new HashSet<>();
    for (ValueInfo input : flow.graph().inputs()) {
      if (input.type().isFloat() && feedsOnlyMasks(input.name(), masks)) {
        found.add(input.name());
      }
    }
    return found;
  }

  private boolean feedsOnlyMasks(String input, Set<String> masks) {
    Deque<String> open = new ArrayDeque<>(List.of(input));
    Set<String> seen = new HashSet<>();
    boolean feedsMask = false;
    while (!open.isEmpty()) {
      String value = open.pop();
      if (!seen.add(value)) {
        continue;
      }
      if (masks.contains(value)) {
        feedsMask = true;
        continue;
      }
      for (OnnxGraph.Use use : flow.graph().uses(value)) {
        OnnxNode node = use.node();
        if (Dataflow.isProduct(node) || node.is("Conv") || node.opType().contains("Norm")) {
          return false;
        }
        if (!SHAPES.contains(node.opType())) {
          open.addAll(node.outputs());
        }
      }
    }
    return feedsMask;
  }

  /** What lies between the scores and the normaliser: scores with fill constants in them. */
  private static Set<String> masked(OnnxGraph graph, AttentionSite site) {
    int first = site.scores().product().index() + 1;
    int last = site.normalisation().node().index();
    Set<String> fromScores = new HashSet<>(Set.of(site.scores().scaled()));
    for (OnnxNode node : graph.nodes().subList(first, last)) {
      if (!SHAPES.contains(node.opType())
          && node.inputs().stream().anyMatch(fromScores::contains)) {
        fromScores.addAll(node.outputs());
      }
    }
    fromScores.remove(site.scores().scaled());
    return fromScores;
  }
}
