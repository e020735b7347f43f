package dev.tailgate.onnx.attention;

import dev.tailgate.onnx.ir.OnnxNode;
import java.util.List;
import java.util.Optional;

/**
 * A product with constant weights that is computed in two parts, each from some of the channels:
 *
 * <pre>
 *   x W = Gather(x, a) W_a + Gather(x, b) W_b
 * </pre>
 *
 * @param larger the product with more channels; of two equal ones the first operand of the sum
 * @param smaller the other one
 * @param source {@code x}
 * @param sum the node that adds them
 */
public record SplitProduct(OnnxNode larger, OnnxNode smaller, String source, OnnxNode sum) {
  /** Channels taken out of a tensor for a product. */
  private record Part(OnnxNode product, String source, long channels) {}

  /** The split that {@code product} is a part of. */
  public static Optional<SplitProduct> at(Dataflow flow, OnnxNode product) {
    return part(flow, product).isEmpty()
        ? Optional.empty()
        : flow.onlyUse(product.output(0)).flatMap(use -> making(flow, use.node().output(0)));
  }

  /** The split whose sum is {@code value}. */
  public static Optional<SplitProduct> making(Dataflow flow, String value) {
    Optional<OnnxNode> sum = flow.graph().producer(value).filter(n -> n.is("Add"));
    Optional<Part> first = sum.flatMap(add -> part(flow, add.input(0)));
    Optional<Part> second = sum.flatMap(add -> part(flow, add.input(1)));
    if (sum.isEmpty() || first.isEmpty() || second.isEmpty()) {
      return Optional.empty();
    }
    Part a = first.get();
    Part b = second.get();
    if (!a.source().equals(b.source()) || a.product() == b.product()) {
      return Optional.empty();
    }
    boolean inOrder = a.channels() >= b.channels();
    Part larger = inOrder ? a : b;
    Part smaller = inOrder ? b : a;
    return Optional.of(
        new SplitProduct(larger.product(), smaller.product(), a.source(), sum.get()));
  }

  /** Whether {@code node} takes channels, known beforehand, out of a tensor. */
  public static boolean takesChannels(Dataflow flow, OnnxNode node) {
    return node.is("Gather") && node.intAttribute("axis", 0) == -1 && channels(flow, node) > 0;
  }

  private static Optional<Part> part(Dataflow flow, String value) {
    return flow.graph().producer(value).flatMap(node -> part(flow, node));
  }

  private static Optional<Part> part(Dataflow flow, OnnxNode product) {
    boolean weighted = Dataflow.isProduct(product) && flow.isConstant(product.input(1));
    return weighted
        ? flow.graph()
            .producer(product.input(0))
            .filter(node -> takesChannels(flow, node))
            .map(node -> new Part(product, node.input(0), channels(flow, node)))
        : Optional.empty();
  }

  private static long channels(Dataflow flow, OnnxNode gather) {
    return flow.graph()
        .constant(gather.input(1))
        .filter(c -> c.dims().size() == 1)
        .map(c -> c.dims())
        .map((List<Long> dims) -> dims.get(0))
        .orElse(0L);
  }
}
