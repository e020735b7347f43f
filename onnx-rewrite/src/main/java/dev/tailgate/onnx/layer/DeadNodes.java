package dev.tailgate.onnx.layer;

import dev.tailgate.onnx.ir.GraphEdit;
import dev.tailgate.onnx.ir.OnnxGraph;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.ir.OnnxNode;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Removes what an edit left without readers; what had none before stays. */
public final class DeadNodes {
  private DeadNodes() {}

  /** {@code after} without what nothing reads any more that something in {@code before} read. */
  public static OnnxModel remove(OnnxModel before, OnnxModel after) {
    OnnxGraph graph = after.graph();
    GraphEdit edit = after.edit();
    Set<OnnxNode> gone = new HashSet<>();
    List<OnnxNode> nodes = graph.nodes();
    for (int i = nodes.size() - 1; i >= 0; i--) {
      OnnxNode node = nodes.get(i);
      boolean dead = node.outputs().stream().allMatch(v -> isUnread(graph, v, gone));
      if (dead && node.outputs().stream().anyMatch(v -> wasRead(before.graph(), v))) {
        edit.remove(node);
        gone.add(node);
      }
    }
    for (String name : graph.initializers().keySet()) {
      if (isUnread(graph, name, gone) && wasRead(before.graph(), name)) {
        edit.removeConstant(name);
      }
    }
    return edit.commit();
  }

  private static boolean isUnread(OnnxGraph graph, String value, Set<OnnxNode> gone) {
    return !graph.isOutput(value)
        && graph.uses(value).stream().allMatch(use -> gone.contains(use.node()));
  }

  private static boolean wasRead(OnnxGraph graph, String value) {
    return !graph.uses(value).isEmpty();
  }
}
