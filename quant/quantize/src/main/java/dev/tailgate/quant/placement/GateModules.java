package dev.tailgate.quant.placement;

import dev.tailgate.onnx.attention.AttentionReport;
import dev.tailgate.onnx.attention.AttentionSite;
import dev.tailgate.onnx.attention.Dataflow;
import dev.tailgate.onnx.attention.SiteGate;
import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.ir.OnnxNode;
import dev.tailgate.onnx.layer.ModelMap;
import dev.tailgate.onnx.role.Tap;
import dev.tailgate.onnx.role.TapRole;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** The small nets that gate the context of attentions, and where a gated context is. */
final class GateModules {
  private static final Set<TapRole> WITHIN =
      EnumSet.of(TapRole.LINEAR_OUT, TapRole.HEAD_OUT, TapRole.OTHER);

  private final OnnxGraph graph;
  private final Dataflow flow;
  private final Set<OnnxNode> nodes = new HashSet<>();
  private final Set<String> gates = new HashSet<>();

  GateModules(ModelMap map) {
    this.graph = map.model().graph();
    this.flow = map.flow();
    Set<String> ends = new HashSet<>();
    for (Tap tap : map.taps().taps()) {
      if (tap.roles().stream().anyMatch(role -> !WITHIN.contains(role))) {
        ends.add(flow.source(tap.tensor()));
      }
    }
    AttentionReport report = map.attention();
    report.sites().stream().map(AttentionSite::gate).flatMap(Optional::stream).forEach(gates(ends));
    report.fused().forEach(site -> site.gate().ifPresent(gates(ends)));
  }

  private Consumer<SiteGate> gates(Set<String> ends) {
    return gate -> {
      gates.add(gate.values());
      Deque<String> open = new ArrayDeque<>(List.of(gate.values()));
      while (!open.isEmpty()) {
        String value = open.pop();
        Optional<OnnxNode> maker = graph.producer(value);
        if (maker.isPresent() && !ends.contains(flow.source(value)) && nodes.add(maker.get())) {
          maker.get().inputs().forEach(open::push);
        }
      }
    };
  }

  /** Whether {@code node} is part of the net that computes a gate from the hidden state. */
  boolean contains(OnnxNode node) {
    return nodes.contains(node);
  }

  /** The last view of {@code context} after the product with its gate; itself without a gate. */
  String gated(String context) {
    String at = context;
    String result = context;
    boolean gated = false;
    while (true) {
      Optional<OnnxGraph.Use> use = flow.onlyUse(at);
      if (use.isEmpty()) {
        return result;
      }
      OnnxNode node = use.get().node();
      boolean gates = node.is("Mul") && reads(node.input(1 - use.get().inputIndex()));
      if (!gates && !(Dataflow.isView(node) && use.get().inputIndex() == 0)) {
        return result;
      }
      gated |= gates;
      at = node.output(0);
      result = gated ? at : context;
    }
  }

  private boolean reads(String operand) {
    String source = flow.source(operand);
    return gates.contains(source)
        || graph
            .producer(source)
            .filter(node -> node.is("Mul"))
            .filter(node -> node.inputs().stream().map(flow::source).anyMatch(gates::contains))
            .isPresent();
  }
}
