package dev.tailgate.onnx.attention;

import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.ir.OnnxNode;
import java.util.Optional;

/**
 * Looks behind the context of an attention for the gate of Gated_Attention: a product with the
 * sigmoid of a small net, before or after the heads are merged.
 */
final class GateSearch {
  private static final int STEPS = 12;

  private GateSearch() {}

  /** The gate on {@code context}, the product of probabilities and values. */
  static Optional<SiteGate> behind(Dataflow flow, String context) {
    String at = context;
    for (int i = 0; i < STEPS; i++) {
      Optional<OnnxGraph.Use> use = flow.onlyUse(at);
      if (use.isEmpty()) {
        return Optional.empty();
      }
      OnnxNode node = use.get().node();
      if (node.is("Mul") && use.get().inputIndex() <= 1) {
        return sigmoid(flow, node.input(1 - use.get().inputIndex()))
            .map(gate -> new SiteGate(GateNet.kind(flow, gate), gate.output(0)));
      }
      if (use.get().inputIndex() != 0 || !Dataflow.isView(node)) {
        return Optional.empty();
      }
      at = node.output(0);
    }
    return Optional.empty();
  }

  /** The sigmoid behind an operand, through views and a constant factor. */
  private static Optional<OnnxNode> sigmoid(Dataflow flow, String operand) {
    OnnxNode node = flow.sourceNode(operand).orElse(null);
    if (node != null && node.is("Mul")) {
      for (int i = 0; i < 2; i++) {
        if (flow.scalar(node.input(i)).isPresent()) {
          node = flow.sourceNode(node.input(1 - i)).orElse(null);
          break;
        }
      }
    }
    return Optional.ofNullable(node).filter(n -> n.is("Sigmoid"));
  }
}
