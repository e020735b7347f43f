package dev.tailgate.onnx.ir;

import dev.tailgate.onnx.proto.GraphProto;
import dev.tailgate.onnx.proto.NodeProto;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Puts nodes into dependency order, keeping the given order wherever it is already right. */
final class GraphOrder {
  private GraphOrder() {}

  /** The model itself when its main graph is in order, a reordered one when it is not. */
  static OnnxModel sorted(OnnxModel model, OnnxGraph graph) {
    List<NodeProto> nodes = graph.proto().getNodeList();
    List<NodeProto> ordered = sort(nodes, model.path().map(Object::toString).orElse("the graph"));
    if (ordered.equals(nodes)) {
      return model;
    }
    GraphProto proto = graph.proto().toBuilder().clearNode().addAllNode(ordered).build();
    return new OnnxModel(
        model.shell(), new OnnxGraph(proto, graph.initializers().values()), model.path());
  }

  /**
   * Depth-first topological sort without recursion: chains of thousands of nodes are normal.
   *
   * @throws ModelException naming a node on the cycle when there is one
   */
  static List<NodeProto> sort(List<NodeProto> nodes, String where) {
    Map<String, Integer> producer = new HashMap<>();
    for (int i = 0; i < nodes.size(); i++) {
      for (String output : nodes.get(i).getOutputList()) {
        if (!output.isEmpty()) {
          producer.put(output, i);
        }
      }
    }
    byte[] state = new byte[nodes.size()];
    List<NodeProto> ordered = new ArrayList<>(nodes.size());
    Deque<Integer> stack = new ArrayDeque<>();
    for (int root = 0; root < nodes.size(); root++) {
      stack.push(root);
      while (!stack.isEmpty()) {
        int at = stack.peek();
        if (state[at] == 0) {
          state[at] = 1;
          pushSources(nodes.get(at), producer, state, stack, where);
        } else {
          stack.pop();
          if (state[at] == 1) {
            state[at] = 2;
            ordered.add(nodes.get(at));
          }
        }
      }
    }
    return ordered;
  }

  private static void pushSources(
      NodeProto node,
      Map<String, Integer> producer,
      byte[] state,
      Deque<Integer> stack,
      String where) {
    Set<String> sources = new LinkedHashSet<>(node.getInputList());
    sources.addAll(GraphScope.captured(node));
    List<Integer> pending = new ArrayList<>();
    for (String source : sources) {
      Integer index = producer.get(source);
      if (index != null && state[index] == 1) {
        throw ModelException.doing("ordering the graph")
            .expected("no cycles")
            .found("a cycle through value '" + source + "'")
            .where(where + ", node " + GraphChecks.name(node))
            .fix("The graph is invalid; export the model again.");
      }
      if (index != null && state[index] == 0) {
        pending.add(index);
      }
    }
    for (int i = pending.size() - 1; i >= 0; i--) {
      stack.push(pending.get(i));
    }
  }
}
