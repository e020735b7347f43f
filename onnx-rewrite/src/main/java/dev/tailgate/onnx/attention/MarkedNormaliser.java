package dev.tailgate.onnx.attention;

import dev.tailgate.onnx.ir.OnnxNode;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * A normaliser without a softmax in it, written by a rewrite, whose nodes say so in their metadata:
 * all carry its name under {@link FusedOperators#NORMALISER}. Names of nodes and values still play
 * no part. The scores are the one value that enters these nodes and is no constant.
 */
public final class MarkedNormaliser {
  /** Metadata key: which replacement a node belongs to; numbers grow with every rewrite. */
  public static final String GROUP = "tailgate.group";

  private MarkedNormaliser() {}

  /** The normaliser that {@code node} ends; empty where it is not marked or not the last. */
  static Optional<NormaliserMatch> endingAt(Dataflow flow, OnnxNode node) {
    String label = node.metadata().get(FusedOperators.NORMALISER);
    if (label == null || FusedOperators.isAttention(node)) {
      return Optional.empty();
    }
    boolean isLast =
        flow.graph().uses(node.output(0)).stream().noneMatch(use -> isAlike(use.node(), node));
    if (!isLast) {
      return Optional.empty();
    }
    Map<Integer, OnnxNode> nodes = new LinkedHashMap<>();
    Set<String> entering = new LinkedHashSet<>();
    Deque<OnnxNode> open = new ArrayDeque<>(List.of(node));
    while (!open.isEmpty()) {
      OnnxNode at = open.pop();
      if (nodes.put(at.index(), at) != null) {
        continue;
      }
      for (String input : at.inputs()) {
        Optional<OnnxNode> producer = flow.graph().producer(input).filter(p -> isAlike(p, node));
        producer.ifPresent(open::push);
        if (producer.isEmpty() && !input.isEmpty() && !flow.isConstant(input)) {
          entering.add(input);
        }
      }
    }
    if (entering.size() != 1) {
      return Optional.empty();
    }
    List<OnnxNode> ordered =
        nodes.values().stream().sorted(Comparator.comparingInt(OnnxNode::index)).toList();
    return Optional.of(
        NormaliserMatch.of(
            new Normaliser(label), entering.iterator().next(), node.output(0), ordered));
  }

  /** Whether both are of one normaliser at one site. */
  private static boolean isAlike(OnnxNode one, OnnxNode other) {
    return same(one, other, FusedOperators.NORMALISER) && same(one, other, GROUP);
  }

  private static boolean same(OnnxNode one, OnnxNode other, String key) {
    return Objects.equals(one.metadata().get(key), other.metadata().get(key));
  }
}
