package dev.tailgate.onnx.ir;

import dev.tailgate.onnx.proto.AttributeProto;
import dev.tailgate.onnx.proto.FunctionProto;
import dev.tailgate.onnx.proto.GraphProto;
import dev.tailgate.onnx.proto.ModelProto;
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

  /** The graph itself when it and its subgraphs are in order, a reordered one when not. */
  static GraphProto sorted(GraphProto graph, String where) {
    List<NodeProto> nodes = sort(graph.getNodeList(), where);
    return nodes.equals(graph.getNodeList())
        ? graph
        : graph.toBuilder().clearNode().addAllNode(nodes).build();
  }

  /** The model with the bodies of its functions in order. */
  static ModelProto sortedFunctions(ModelProto shell, String where) {
    ModelProto.Builder out = shell.toBuilder();
    for (int f = 0; f < shell.getFunctionsCount(); f++) {
      FunctionProto function = shell.getFunctions(f);
      String place = where + ", function " + Printable.of(function.getName());
      List<NodeProto> nodes = sort(function.getNodeList(), place);
      if (!nodes.equals(function.getNodeList())) {
        out.setFunctions(f, function.toBuilder().clearNode().addAllNode(nodes));
      }
    }
    return out.build();
  }

  /**
   * Depth-first topological sort without recursion over nodes, since chains of thousands are
   * normal; recursion over nested subgraphs is bounded by the nesting the parser accepts.
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
            ordered.add(withSortedSubgraphs(nodes.get(at), where));
          }
        }
      }
    }
    return ordered;
  }

  private static NodeProto withSortedSubgraphs(NodeProto node, String where) {
    NodeProto result = node;
    for (int a = 0; a < node.getAttributeCount(); a++) {
      AttributeProto attribute = node.getAttribute(a);
      if (attribute.hasG() || attribute.getGraphsCount() > 0) {
        AttributeProto sorted = sorted(attribute, where + ", node " + GraphChecks.name(node));
        if (!sorted.equals(attribute)) {
          result = result.toBuilder().setAttribute(a, sorted).build();
        }
      }
    }
    return result;
  }

  private static AttributeProto sorted(AttributeProto attribute, String where) {
    AttributeProto result = attribute;
    GraphProto graph = sorted(attribute.getG(), where);
    if (attribute.hasG() && !graph.equals(attribute.getG())) {
      result = result.toBuilder().setG(graph).build();
    }
    for (int g = 0; g < attribute.getGraphsCount(); g++) {
      GraphProto inner = sorted(attribute.getGraphs(g), where);
      if (!inner.equals(attribute.getGraphs(g))) {
        result = result.toBuilder().setGraphs(g, inner).build();
      }
    }
    return result;
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
            .found("a cycle through value '" + Printable.of(source) + "'")
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
