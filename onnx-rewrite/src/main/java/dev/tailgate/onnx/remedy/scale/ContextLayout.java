package dev.tailgate.onnx.remedy.scale;

import dev.tailgate.onnx.attention.AttentionSite;
import dev.tailgate.onnx.attention.Dataflow;
import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.ir.OnnxNode;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Takes the channels of an attention's context back to those of its values. Heads are split off the
 * last axis and put back by the same exchange of two axes, and the product with the probabilities
 * keeps the last axis, so channel {@code c} of the context is a mean of channel {@code c} of the
 * values over positions:
 *
 * <pre>
 *   V [B, S, D] - Reshape [B, S, H, Dh] - Transpose - (Reshape) - P x V
 *     - (Reshape) - Transpose - Reshape [B, T, D]
 * </pre>
 *
 * Heads that share values are repeated in between, which is none of these steps.
 */
final class ContextLayout {
  /** Exchanges that keep the last axis and undo themselves. */
  private static final Set<List<Long>> EXCHANGES =
      Set.of(List.of(0L, 2L, 1L, 3L), List.of(1L, 0L, 2L));

  private final Dataflow flow;
  private final Passage passage;
  private final Set<OnnxNode> products = new HashSet<>();

  ContextLayout(Dataflow flow, Passage passage, List<AttentionSite> sites) {
    this.flow = flow;
    this.passage = passage;
    for (AttentionSite site : sites) {
      products.add(flow.graph().nodes().get(site.context().product().index()));
    }
  }

  /** The values in hidden layout, where {@code last} gives a context before its last reshape. */
  Optional<String> values(OnnxNode last) {
    Optional<List<Long>> exchange = exchange(last);
    if (exchange.isEmpty()) {
      return Optional.empty();
    }
    return sole(last.input(0))
        .flatMap(value -> flow.graph().producer(value))
        .filter(n -> n.is("MatMul") && products.contains(n))
        .filter(n -> isOnlyRead(n, 1))
        .flatMap(product -> sole(product.input(1)))
        .flatMap(value -> flow.graph().producer(value))
        .filter(n -> exchange(n).equals(exchange) && passage.isSole(n.input(0)))
        .map(n -> n.input(0));
  }

  private Optional<List<Long>> exchange(OnnxNode node) {
    return node.is("Transpose")
        ? node.intsAttribute("perm").map(List::copyOf).filter(EXCHANGES::contains)
        : Optional.empty();
  }

  private Optional<String> sole(String value) {
    return passage.isSole(value) ? passage.soleSource(value, Optional.empty()) : Optional.empty();
  }

  private boolean isOnlyRead(OnnxNode node, int input) {
    Optional<OnnxGraph.Use> use = flow.onlyUse(node.input(input));
    return use.filter(u -> u.node() == node && u.inputIndex() == input).isPresent();
  }
}
