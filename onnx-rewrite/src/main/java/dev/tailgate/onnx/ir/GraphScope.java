package dev.tailgate.onnx.ir;

import dev.tailgate.onnx.proto.AttributeProto;
import dev.tailgate.onnx.proto.GraphProto;
import dev.tailgate.onnx.proto.NodeProto;
import dev.tailgate.onnx.proto.TensorProto;
import dev.tailgate.onnx.proto.ValueInfoProto;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** Name scoping: what subgraphs capture from outside, and renaming that respects shadowing. */
final class GraphScope {
  private GraphScope() {}

  /** Names that subgraphs of {@code node} use but do not define. */
  static Set<String> captured(NodeProto node) {
    Set<String> captured = new LinkedHashSet<>();
    for (AttributeProto attribute : node.getAttributeList()) {
      if (attribute.hasG()) {
        collect(attribute.getG(), captured);
      }
      attribute.getGraphsList().forEach(graph -> collect(graph, captured));
    }
    return captured;
  }

  /** Names that {@code graph} uses but does not define. */
  static Set<String> free(GraphProto graph) {
    Set<String> free = new LinkedHashSet<>();
    collect(graph, free);
    return free;
  }

  private static void collect(GraphProto graph, Set<String> captured) {
    Set<String> local = localNames(graph);
    for (NodeProto node : graph.getNodeList()) {
      addFree(node.getInputList(), local, captured);
      addFree(captured(node), local, captured);
    }
    for (ValueInfoProto output : graph.getOutputList()) {
      addFree(Set.of(output.getName()), local, captured);
    }
  }

  private static void addFree(Iterable<String> names, Set<String> local, Set<String> captured) {
    for (String name : names) {
      if (!name.isEmpty() && !local.contains(name)) {
        captured.add(name);
      }
    }
  }

  /** Names a graph defines itself: inputs, initialisers, node outputs. */
  static Set<String> localNames(GraphProto graph) {
    Set<String> local = new HashSet<>();
    graph.getInputList().forEach(input -> local.add(input.getName()));
    for (TensorProto tensor : graph.getInitializerList()) {
      local.add(tensor.getName());
    }
    graph.getSparseInitializerList().forEach(s -> local.add(s.getValues().getName()));
    graph.getNodeList().forEach(node -> local.addAll(node.getOutputList()));
    return local;
  }

  /** Renames what the subgraphs of {@code node} capture; the node's own inputs stay. */
  static NodeProto renameCaptures(NodeProto node, Map<String, String> names) {
    NodeProto.Builder out = node.toBuilder();
    for (int a = 0; a < node.getAttributeCount(); a++) {
      AttributeProto attribute = node.getAttribute(a);
      if (attribute.hasG() || attribute.getGraphsCount() > 0) {
        AttributeProto.Builder renamed = attribute.toBuilder();
        if (attribute.hasG()) {
          renamed.setG(rename(attribute.getG(), names));
        }
        for (int g = 0; g < attribute.getGraphsCount(); g++) {
          renamed.setGraphs(g, rename(attribute.getGraphs(g), names));
        }
        out.setAttribute(a, renamed);
      }
    }
    return out.build();
  }

  private static NodeProto renameAll(NodeProto node, Map<String, String> names) {
    NodeProto.Builder out = renameCaptures(node, names).toBuilder();
    for (int i = 0; i < node.getInputCount(); i++) {
      out.setInput(i, names.getOrDefault(node.getInput(i), node.getInput(i)));
    }
    return out.build();
  }

  /** A replacement that the subgraph also defines itself would be read from the wrong place. */
  private static void refuseHidden(
      GraphProto graph, Map<String, String> visible, Set<String> local) {
    Set<String> free = free(graph);
    visible.forEach(
        (name, replacement) -> {
          if (free.contains(name) && local.contains(replacement)) {
            throw ModelException.doing("editing a graph")
                .expected("a replacement that subgraphs can see")
                .found("'" + replacement + "', which a subgraph defines for itself")
                .where("subgraph " + Printable.of(graph.getName()))
                .fix("Give the replacement a fresh name.");
          }
        });
  }

  private static GraphProto rename(GraphProto graph, Map<String, String> names) {
    Map<String, String> visible = new HashMap<>(names);
    Set<String> local = localNames(graph);
    visible.keySet().removeAll(local);
    if (visible.isEmpty()) {
      return graph;
    }
    refuseHidden(graph, visible, local);
    GraphProto.Builder out = graph.toBuilder();
    for (int n = 0; n < graph.getNodeCount(); n++) {
      out.setNode(n, renameAll(graph.getNode(n), visible));
    }
    for (int o = 0; o < graph.getOutputCount(); o++) {
      String name = graph.getOutput(o).getName();
      if (visible.containsKey(name)) {
        out.getOutputBuilder(o).setName(visible.get(name));
      }
    }
    return out.build();
  }
}
