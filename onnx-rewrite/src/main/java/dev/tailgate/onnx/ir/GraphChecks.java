package dev.tailgate.onnx.ir;

import dev.tailgate.onnx.proto.AttributeProto;
import dev.tailgate.onnx.proto.FunctionProto;
import dev.tailgate.onnx.proto.GraphProto;
import dev.tailgate.onnx.proto.NodeProto;
import dev.tailgate.onnx.proto.TensorProto;
import dev.tailgate.onnx.proto.ValueInfoProto;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The named invariants of a graph; each check throws a {@link ModelException} naming the place. */
final class GraphChecks {
  /** What ONNX Runtime adds to the standard domain, and its optimised files have. */
  private static final Set<String> OF_THE_RUNTIME = Set.of("SimplifiedLayerNormalization");

  private GraphChecks() {}

  /**
   * Unique value names and no dangling values, in the main graph, in every subgraph and in every
   * function. Node names may repeat: ONNX does not forbid it and exporters do it.
   */
  static void sound(OnnxModel model, String where, String advice) {
    OnnxGraph graph = model.graph();
    checkScope(graph.proto(), graph.initializers().keySet(), Set.of(), where, advice);
    for (FunctionProto function : model.shell().getFunctionsList()) {
      GraphProto body =
          GraphProto.newBuilder()
              .addAllInput(named(function.getInputList()))
              .addAllOutput(named(function.getOutputList()))
              .addAllNode(function.getNodeList())
              .build();
      String place = where + ", function " + Printable.of(function.getName());
      checkScope(body, Set.of(), Set.of(), place, advice);
    }
  }

  private static List<ValueInfoProto> named(List<String> names) {
    return names.stream().map(n -> ValueInfoProto.newBuilder().setName(n).build()).toList();
  }

  /** No two initialisers of one name: the second would silently replace the first. */
  static void uniqueInitializers(Collection<ConstantTensor> tensors, String where) {
    Set<String> names = new HashSet<>();
    for (ConstantTensor tensor : tensors) {
      define(names, tensor.name(), where + ", initialisers", "Export the model again.");
    }
  }

  private static void define(Set<String> names, String name, String where, String advice) {
    if (!names.add(name)) {
      throw ModelException.doing("checking that names are unique")
          .expected("one definition of each value")
          .found("a second definition of '" + Printable.of(name) + "'")
          .where(where)
          .fix(advice);
    }
  }

  private static void checkScope(
      GraphProto graph, Set<String> constants, Set<String> outer, String where, String advice) {
    Set<String> defined = new HashSet<>();
    // An input may repeat the name of an initialiser, as its default; other pairs may not.
    graph.getInputList().forEach(i -> define(defined, i.getName(), where + ", inputs", advice));
    Set<String> sparse = new HashSet<>(constants);
    graph
        .getSparseInitializerList()
        .forEach(s -> define(sparse, s.getValues().getName(), where + ", initialisers", advice));
    defined.addAll(sparse);
    for (NodeProto node : graph.getNodeList()) {
      for (String output : node.getOutputList()) {
        if (!output.isEmpty()) {
          define(defined, output, where + ", node " + name(node), advice);
        }
      }
    }
    Set<String> visible = new HashSet<>(outer);
    visible.addAll(defined);
    for (NodeProto node : graph.getNodeList()) {
      String place = where + ", node " + name(node);
      for (String input : node.getInputList()) {
        requireSource(input, visible, place, advice);
      }
      for (AttributeProto attribute : node.getAttributeList()) {
        if (attribute.hasG()) {
          checkSubgraph(attribute.getG(), visible, place, advice);
        }
        attribute.getGraphsList().forEach(g -> checkSubgraph(g, visible, place, advice));
      }
    }
    for (ValueInfoProto output : graph.getOutputList()) {
      requireSource(output.getName(), visible, where + ", graph output", advice);
    }
  }

  private static void checkSubgraph(
      GraphProto graph, Set<String> visible, String where, String advice) {
    Set<String> constants = new HashSet<>();
    for (TensorProto tensor : graph.getInitializerList()) {
      define(constants, tensor.getName(), where + ", initialisers", advice);
    }
    checkScope(graph, constants, visible, where, advice);
  }

  private static void requireSource(
      String value, Set<String> visible, String where, String advice) {
    if (!value.isEmpty() && !visible.contains(value)) {
      throw ModelException.doing("checking that every value has a source")
          .expected("a node, input or initialiser that makes '" + Printable.of(value) + "'")
          .found("none")
          .where(where)
          .fix(advice);
    }
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
      if (domain.isEmpty()
          && !OF_THE_RUNTIME.contains(node.getOpType())
          && OperatorTable.definition(node.getOpType(), model.opset()).isEmpty()) {
        throw ModelException.doing("editing a graph")
            .expected("an operator of opset " + model.opset())
            .found(node.getOpType())
            .where("node " + name(node))
            .fix("Export the model with a newer opset.");
      }
    }
  }

  /** Inputs and outputs must be those of {@code before}, but for those declared as added. */
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
