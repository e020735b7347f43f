package dev.tailgate.onnx.remedy.scale;

import dev.tailgate.onnx.attention.Dataflow;
import dev.tailgate.onnx.ir.OnnxNode;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Says in the field's words what a scale of channels cannot pass. */
final class Obstacles {
  private static final int FAR = 24;

  /** What an operator is the mark of, in an activation function fused or written out. */
  private static final Map<String, String> CURVED =
      Map.ofEntries(
          Map.entry("Gelu", "GELU"),
          Map.entry("FastGelu", "GELU"),
          Map.entry("BiasGelu", "GELU"),
          Map.entry("Erf", "GELU"),
          Map.entry("Tanh", "tanh"),
          Map.entry("Sigmoid", "a sigmoid or SiLU"),
          Map.entry("QuickGelu", "GELU"),
          Map.entry("Elu", "ELU"),
          Map.entry("Selu", "SELU"),
          Map.entry("Softplus", "softplus"),
          Map.entry("Mish", "Mish"),
          Map.entry("HardSigmoid", "a hard sigmoid"),
          Map.entry("HardSwish", "hard swish"));

  private Obstacles() {}

  /** A clause about what lies between {@code last} and the layers before it. */
  static String between(Dataflow flow, OnnxNode last) {
    Deque<OnnxNode> open = new ArrayDeque<>(Set.of(last));
    Set<OnnxNode> seen = new HashSet<>();
    while (!open.isEmpty() && seen.size() < FAR) {
      OnnxNode node = open.pop();
      String name = CURVED.get(node.opType());
      if (name != null) {
        return "it comes through " + name + " (" + node.id() + "), which no scale can pass";
      }
      if (seen.add(node) && !Dataflow.isProduct(node)) {
        node.inputs().forEach(i -> flow.graph().producer(i).ifPresent(open::add));
      }
    }
    return "no scale can pass "
        + last.opType()
        + " ("
        + last.id()
        + "), or what it reads is read"
        + " by others";
  }
}
