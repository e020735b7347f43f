package dev.tailgate.onnx.attention;

import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.ir.OnnxNode;
import java.util.List;
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
            .map(gate -> new SiteGate(kind(flow, gate), gate.output(0)));
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

  /** What lies between the sigmoid and the hidden state. */
  private static String kind(Dataflow flow, OnnxNode sigmoid) {
    String at = sigmoid.input(0);
    for (int i = 0; i < STEPS; i++) {
      OnnxNode node = flow.sourceNode(at).orElse(null);
      if (node == null) {
        break;
      }
      if (node.is("Relu")) {
        return "mlp";
      }
      if (Dataflow.isProduct(node) && isMatrix(flow, node) && !hasRelu(flow, node.input(0))) {
        return "all_heads_linear";
      }
      at = node.input(flow.isConstant(node.input(0)) && node.inputs().size() > 1 ? 1 : 0);
    }
    return "linear";
  }

  private static boolean hasRelu(Dataflow flow, String value) {
    return flow.sourceNode(value).filter(n -> n.is("Relu")).isPresent();
  }

  private static boolean isMatrix(Dataflow flow, OnnxNode product) {
    List<Long> dims =
        flow.graph().constant(flow.source(product.input(1))).map(c -> c.dims()).orElse(List.of());
    return dims.size() == 2;
  }
}
