package dev.tailgate.quant.deploy;

import dev.tailgate.onnx.build.Ops;
import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.ir.OnnxNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The factors of products that are dequantized, directly in front or before changes of layout: the
 * codes behind them, for a product of integers in the place of one of floats.
 */
final class IntegerFactors {
  private static final String CONTRIB = "com.microsoft";

  private static final Set<String> LAYOUT =
      Set.of("Transpose", "Reshape", "Squeeze", "Unsqueeze", "Flatten", "Identity");

  private final OnnxGraph graph;
  private final Ops ops;
  private final Set<OnnxNode> readers = new HashSet<>();

  IntegerFactors(OnnxGraph graph, Ops ops) {
    this.graph = graph;
    this.ops = ops;
  }

  /** A tensor before it is dequantized, and the layout operators that follow. */
  record Codes(OnnxNode dequantize, List<OnnxNode> layout) {
    String scale() {
      return dequantize.input(1);
    }

    String zeroPoint() {
      return dequantize.input(2);
    }
  }

  /** The codes of a factor; empty where it is not dequantized from 8 bits. */
  Optional<Codes> codes(OnnxNode node, int input) {
    Optional<OnnxNode> before = graph.producer(node.input(input));
    List<OnnxNode> layout = new ArrayList<>();
    while (before.isPresent() && isLayout(before.get())) {
      layout.add(0, before.get());
      before = graph.producer(before.get().input(0));
    }
    if (before.isEmpty() || !isDequantize(before.get()) || !isBytes(before.get())) {
      return Optional.empty();
    }
    return Optional.of(new Codes(before.get(), layout));
  }

  /** The same where every run finds the scale. */
  Optional<Codes> dynamicCodes(OnnxNode node, int input) {
    return codes(node, input).filter(codes -> isDynamic(codes.dequantize()));
  }

  /** The same where the file has the scale. */
  Optional<Codes> fixedCodes(OnnxNode node, int input) {
    return codes(node, input).filter(codes -> !isDynamic(codes.dequantize()));
  }

  /** Codes in the layout in which the product reads them. */
  String values(Codes codes) {
    String values = codes.dequantize().input(0);
    for (OnnxNode step : codes.layout()) {
      String[] inputs = step.inputs().toArray(String[]::new);
      inputs[0] = values;
      values = ops.node(step.opType(), inputs).attributesOf(step).add();
    }
    return values;
  }

  static boolean isDequantize(OnnxNode node) {
    return node.is("DequantizeLinear") || node.is(CONTRIB, "DequantizeLinear");
  }

  private static boolean isLayout(OnnxNode node) {
    return node.domain().isEmpty() && LAYOUT.contains(node.opType());
  }

  private boolean isDynamic(OnnxNode dequantize) {
    return graph
        .producer(dequantize.input(1))
        .filter(n -> n.is("DynamicQuantizeLinear"))
        .isPresent();
  }

  /** Zero points of 8-bit tensors are always written; their type is that of the tensor. */
  private boolean isBytes(OnnxNode dequantize) {
    return dequantize.hasInput(2)
        && !dequantize.hasAttribute("block_size")
        && (isDynamic(dequantize)
            || graph
                .constant(dequantize.input(2))
                .filter(zero -> zero.type().bits() == 8)
                .isPresent());
  }

  /** Removes a product that is written anew. */
  void replaced(OnnxNode node) {
    ops.edit().remove(node);
    readers.add(node);
  }

  /** Whether a use is gone: of a product, or of the tensor that a layout operator turned. */
  private boolean isReplaced(OnnxGraph.Use use) {
    return readers.contains(use.node()) && (!isLayout(use.node()) || use.inputIndex() == 0);
  }

  /** Removes dequantize and layout nodes that nothing reads any more, from products backwards. */
  void removeUnread() {
    List<OnnxNode> nodes = graph.nodes();
    for (int i = nodes.size() - 1; i >= 0; i--) {
      OnnxNode node = nodes.get(i);
      boolean ours = isDequantize(node) || isLayout(node);
      String output = node.output(0);
      List<OnnxGraph.Use> uses = graph.uses(output);
      if (ours
          && !uses.isEmpty()
          && !graph.isOutput(output)
          && uses.stream().allMatch(this::isReplaced)) {
        replaced(node);
      }
    }
  }
}
