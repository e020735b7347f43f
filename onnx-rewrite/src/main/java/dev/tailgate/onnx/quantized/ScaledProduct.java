package dev.tailgate.onnx.quantized;

import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.ir.OnnxNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A {@code MatMulInteger} or {@code ConvInteger} and what makes reals of its sums: a cast, and
 * products with the scales of both factors, in any order.
 *
 * <pre>
 *   MatMulInteger(a, b) ─ Cast ─ Mul(scale_a * scale_b) ─ y
 * </pre>
 *
 * @param nodes the product and what follows, the node that gives {@code y} last
 * @param left scale of the first factor
 * @param right scale of the second factor
 */
record ScaledProduct(List<OnnxNode> nodes, String left, String right) {
  private static final int MOST_FACTORS = 4;

  ScaledProduct {
    nodes = List.copyOf(nodes);
  }

  /** The node that gives the reals. */
  OnnxNode last() {
    return nodes.get(nodes.size() - 1);
  }

  /** The product at {@code node}; empty where the scales cannot be told apart. */
  static Optional<ScaledProduct> at(OnnxGraph graph, OnnxNode node) {
    Optional<String> left = scaleOf(graph, node.input(0));
    Optional<OnnxNode> at = onlyReader(graph, node.output(0)).filter(n -> n.is("Cast"));
    List<String> factors = new ArrayList<>();
    List<OnnxNode> nodes = new ArrayList<>(List.of(node));
    at.ifPresent(nodes::add);
    while (at.isPresent() && factors.size() < MOST_FACTORS) {
      String value = at.get().output(0);
      Optional<OnnxNode> mul = onlyReader(graph, value).filter(n -> n.is("Mul"));
      if (mul.isEmpty()) {
        return Optional.empty();
      }
      String other = mul.get().input(mul.get().input(0).equals(value) ? 1 : 0);
      graph
          .producer(other)
          .filter(n -> n.is("Mul"))
          .ifPresentOrElse(n -> factors.addAll(n.inputs()), () -> factors.add(other));
      nodes.add(mul.get());
      Optional<ScaledProduct> found = of(graph, nodes, left, factors);
      if (found.isPresent()) {
        return found;
      }
      at = mul;
    }
    return Optional.empty();
  }

  private static Optional<ScaledProduct> of(
      OnnxGraph graph, List<OnnxNode> nodes, Optional<String> left, List<String> factors) {
    if (factors.size() != 2) {
      return Optional.empty();
    }
    Optional<String> first =
        left.or(() -> scaleOf(graph, nodes.get(0).input(1)).map(r -> other(factors, r)));
    return first
        .filter(factors::contains)
        .map(scale -> new ScaledProduct(nodes, scale, other(factors, scale)));
  }

  private static String other(List<String> two, String one) {
    return two.get(two.get(0).equals(one) ? 1 : 0);
  }

  /** The scale that a tensor was rounded by, where a node of the graph rounds it. */
  private static Optional<String> scaleOf(OnnxGraph graph, String codes) {
    Optional<OnnxNode> maker = graph.producer(codes);
    while (maker.isPresent() && Codes.keeps(maker.get())) {
      maker = graph.producer(maker.get().input(0));
    }
    return maker.flatMap(
        node -> {
          if (node.is("DynamicQuantizeLinear")) {
            return Optional.of(node.output(1));
          }
          return node.opType().equals("QuantizeLinear")
              ? Optional.of(node.input(1))
              : Optional.empty();
        });
  }

  private static Optional<OnnxNode> onlyReader(OnnxGraph graph, String value) {
    List<OnnxGraph.Use> uses = graph.uses(value);
    return uses.size() == 1 && uses.get(0).inputIndex() >= 0 && !graph.isOutput(value)
        ? Optional.of(uses.get(0).node())
        : Optional.empty();
  }
}
