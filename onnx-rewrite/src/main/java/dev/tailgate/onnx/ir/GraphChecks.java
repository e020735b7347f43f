package dev.tailgate.onnx.ir;

import dev.tailgate.onnx.proto.AttributeProto;
import dev.tailgate.onnx.proto.GraphProto;
import dev.tailgate.onnx.proto.NodeProto;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The named invariants of a graph; each check throws a {@link ModelException} naming the place. */
final class GraphChecks {
  private GraphChecks() {}

  /** Unique names and no dangling values, in the main graph and every subgraph. */
  static OnnxGraph onLoad(OnnxModel model, String where) {
    OnnxGraph graph = model.graph();
    checkScope(graph.proto(), graph.initializers().keySet(), Set.of(), where);
    return graph;
  }

  private static void checkScope(
      GraphProto graph, Set<String> initializers, Set<String> outer, String where) {
    Set<String> defined = new HashSet<>(initializers);
    graph.getSparseInitializerList().forEach(s -> defined.add(s.getValues().getName()));
    graph.getInputList().forEach(input -> defined.add(input.getName()));
    for (NodeProto node : graph.getNodeList()) {
      for (String output : node.getOutputList()) {
        if (!output.isEmpty() && !defined.add(output)) {
          throw ModelException.doing("checking that names are unique")
              .expected("one definition of each value")
              .found("a second definition of '" + output + "'")
              .where(where + ", node " + name(node))
              .fix("The exporter wrote an invalid graph; export the model again.");
        }
      }
    }
    Set<String> visible = new HashSet<>(outer);
    visible.addAll(defined);
    for (NodeProto node : graph.getNodeList()) {
      for (String input : node.getInputList()) {
        if (!input.isEmpty() && !visible.contains(input)) {
          throw dangling(input, where + ", node " + name(node));
        }
      }
      for (AttributeProto attribute : node.getAttributeList()) {
        if (attribute.hasG()) {
          checkSubgraph(attribute.getG(), visible, where + ", node " + name(node));
        }
        attribute.getGraphsList().forEach(g -> checkSubgraph(g, visible, where));
      }
    }
    graph.getOutputList().stream()
        .filter(output -> !visible.contains(output.getName()))
        .findFirst()
        .ifPresent(
            output -> {
              throw dangling(output.getName(), where + ", graph output");
            });
  }

  private static void checkSubgraph(GraphProto graph, Set<String> visible, String where) {
    Set<String> initializers = new HashSet<>();
    graph.getInitializerList().forEach(tensor -> initializers.add(tensor.getName()));
    checkScope(graph, initializers, visible, where);
  }

  private static ModelException dangling(String value, String where) {
    return ModelException.doing("checking that every value has a source")
        .expected("a node, input or initialiser that makes '" + Printable.of(value) + "'")
        .found("none")
        .where(where)
        .fix("The graph is incomplete; export the model again.");
  }

  /** Each standard operator among {@code added} must exist in the model's opset. */
  static void opsetCovers(List<NodeProto> added, OnnxModel model) {
    for (NodeProto node : added) {
      String domain = OnnxNode.normalDomain(node.getDomain());
      if (!model.opsets().containsKey(domain)) {
        throw ModelException.doing("editing a graph")
            .expected("an opset import for domain '" + domain + "'")
            .found("none")
            .where("node " + name(node))
            .fix("Import the domain in the same edit.");
      }
      if (domain.isEmpty() && OperatorTable.definition(node.getOpType(), model.opset()).isEmpty()) {
        throw ModelException.doing("editing a graph")
            .expected("an operator of opset " + model.opset())
            .found(node.getOpType())
            .where("node " + name(node))
            .fix("Export the model with a newer opset.");
      }
    }
  }

  /** Inputs and outputs must be those of {@code before}, but for outputs declared as added. */
  static void interfaceKept(
      OnnxModel before, OnnxModel after, Set<String> addedOutputs, Set<String> addedInputs) {
    List<ValueInfo> outputs =
        after.graph().outputs().stream().filter(o -> !addedOutputs.contains(o.name())).toList();
    List<ValueInfo> inputs =
        after.graph().inputs().stream().filter(i -> !addedInputs.contains(i.name())).toList();
    if (!outputs.equals(before.graph().outputs()) || !inputs.equals(before.graph().inputs())) {
      throw ModelException.doing("editing a graph")
          .expected("the interface " + before.graph().inputs() + " -> " + before.graph().outputs())
          .found(inputs + " -> " + outputs)
          .fix("Declare the change in the edit, or leave inputs and outputs alone.");
    }
  }

  static String name(NodeProto node) {
    return Printable.of(node.getName().isEmpty() ? node.getOpType() : node.getName());
  }
}
