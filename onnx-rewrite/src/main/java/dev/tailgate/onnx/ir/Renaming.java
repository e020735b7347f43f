package dev.tailgate.onnx.ir;

import dev.tailgate.onnx.proto.AttributeProto;
import dev.tailgate.onnx.proto.GraphProto;
import dev.tailgate.onnx.proto.NodeProto;
import dev.tailgate.onnx.proto.ValueInfoProto;
import java.util.HashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Gives the values of nodes other names, of those that graphs inside define too, so that the nodes
 * can stand in another graph beside what is there.
 */
final class Renaming {
  private final Map<String, String> names;
  private final UnaryOperator<String> fresh;

  /**
   * @param names new names of values that the nodes read or make; others stay
   * @param fresh a free name for a value that a graph inside defines
   */
  Renaming(Map<String, String> names, UnaryOperator<String> fresh) {
    this.names = names;
    this.fresh = fresh;
  }

  String of(String value) {
    return names.getOrDefault(value, value);
  }

  /** {@code node} with its inputs, outputs and the graphs inside it renamed. */
  NodeProto node(NodeProto node) {
    NodeProto.Builder out = node.toBuilder();
    for (int i = 0; i < node.getInputCount(); i++) {
      out.setInput(i, of(node.getInput(i)));
    }
    for (int i = 0; i < node.getOutputCount(); i++) {
      out.setOutput(i, of(node.getOutput(i)));
    }
    for (int a = 0; a < node.getAttributeCount(); a++) {
      AttributeProto attribute = node.getAttribute(a);
      if (attribute.hasG() || attribute.getGraphsCount() > 0) {
        AttributeProto.Builder changed = attribute.toBuilder();
        if (attribute.hasG()) {
          changed.setG(inner(attribute.getG()));
        }
        for (int g = 0; g < attribute.getGraphsCount(); g++) {
          changed.setGraphs(g, inner(attribute.getGraphs(g)));
        }
        out.setAttribute(a, changed);
      }
    }
    return out.build();
  }

  private GraphProto inner(GraphProto graph) {
    Map<String, String> all = new HashMap<>(names);
    GraphScope.localNames(graph).stream()
        .filter(name -> !name.isEmpty())
        .forEach(name -> all.put(name, fresh.apply(name)));
    Renaming within = new Renaming(all, fresh);
    GraphProto.Builder out = graph.toBuilder();
    for (int i = 0; i < graph.getNodeCount(); i++) {
      out.setNode(i, within.node(graph.getNode(i)));
    }
    for (int i = 0; i < graph.getInitializerCount(); i++) {
      out.getInitializerBuilder(i).setName(within.of(graph.getInitializer(i).getName()));
    }
    for (int i = 0; i < graph.getSparseInitializerCount(); i++) {
      String name = graph.getSparseInitializer(i).getValues().getName();
      out.getSparseInitializerBuilder(i).getValuesBuilder().setName(within.of(name));
    }
    for (int i = 0; i < graph.getInputCount(); i++) {
      out.setInput(i, within.info(graph.getInput(i)));
    }
    for (int i = 0; i < graph.getOutputCount(); i++) {
      out.setOutput(i, within.info(graph.getOutput(i)));
    }
    for (int i = 0; i < graph.getValueInfoCount(); i++) {
      out.setValueInfo(i, within.info(graph.getValueInfo(i)));
    }
    return out.clearQuantizationAnnotation().build();
  }

  /** The same type under the new name. */
  ValueInfoProto info(ValueInfoProto info) {
    return info.toBuilder().setName(of(info.getName())).build();
  }
}
