package dev.tailgate.onnx.ir;

import dev.tailgate.onnx.proto.AttributeProto;
import dev.tailgate.onnx.proto.FunctionProto;
import dev.tailgate.onnx.proto.GraphProto;
import dev.tailgate.onnx.proto.ModelProto;
import dev.tailgate.onnx.proto.NodeProto;
import dev.tailgate.onnx.proto.OperatorSetIdProto;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Puts the bodies of model-local functions in the place of their calls, as the runtime does before
 * it runs a model. Whatever looks at the main graph then sees what was hidden in functions: sites,
 * taps, products. Calls inside branches and loop bodies are replaced too.
 *
 * <p>A call stays where its function was written for another version of an operator set than the
 * model imports: its nodes would mean something else in the main graph.
 */
public final class InlinedFunctions {
  private final Map<FunctionCalls.Key, FunctionProto> functions = new HashMap<>();
  private final Set<FunctionCalls.Key> left = new HashSet<>();
  private final FreshNames names;

  private InlinedFunctions(OnnxModel model) {
    this.names = new FreshNames(model);
    for (FunctionProto function : model.shell().getFunctionsList()) {
      FunctionCalls.Key key = FunctionCalls.Key.of(function);
      functions.put(key, function);
      boolean sameOperators =
          function.getOpsetImportList().stream()
              .allMatch(
                  opset ->
                      model
                          .opsets()
                          .getOrDefault(
                              OnnxNode.normalDomain(opset.getDomain()), opset.getVersion())
                          .equals(opset.getVersion()));
      if (!sameOperators) {
        left.add(key);
      }
    }
  }

  /**
   * {@code model} without the calls that can be replaced and without the functions that are not
   * called any more. How much they grow is bounded when a model is read, see {@link FunctionCalls}.
   */
  public static OnnxModel apply(OnnxModel model) {
    if (model.shell().getFunctionsCount() == 0) {
      return model;
    }
    return new InlinedFunctions(model).inlined(model);
  }

  private OnnxModel inlined(OnnxModel model) {
    GraphProto.Builder graph = model.graph().proto().toBuilder().clearNode();
    graph.addAllNode(all(model.graph().proto().getNodeList(), Set.of()));
    OnnxGraph whole =
        new OnnxGraph(graph.build(), model.graph().initializers().values(), model.graph().files());
    OnnxModel result = new OnnxModel(shell(model), whole, model.path(), model.reserved());
    GraphChecks.sound(result, "the inlined graph", "The functions are invalid; export again.");
    return result;
  }

  private ModelProto shell(OnnxModel model) {
    ModelProto.Builder shell = model.shell().toBuilder();
    Set<String> known = new HashSet<>(model.opsets().keySet());
    for (FunctionProto function : model.shell().getFunctionsList()) {
      for (OperatorSetIdProto opset : function.getOpsetImportList()) {
        if (known.add(OnnxNode.normalDomain(opset.getDomain()))) {
          shell.addOpsetImport(opset);
        }
      }
    }
    if (left.isEmpty()) {
      shell.clearFunctions();
    }
    return shell.build();
  }

  private List<NodeProto> all(List<NodeProto> nodes, Set<FunctionCalls.Key> active) {
    List<NodeProto> out = new ArrayList<>();
    for (NodeProto node : nodes) {
      FunctionCalls.Key key = FunctionCalls.Key.of(node);
      FunctionProto function = functions.get(key);
      if (function == null || left.contains(key) || active.contains(key)) {
        out.add(within(node, active));
      } else {
        Set<FunctionCalls.Key> inside = new HashSet<>(active);
        inside.add(key);
        out.addAll(all(body(node, function), inside));
      }
    }
    return out;
  }

  /** Calls in the graphs inside a node. */
  private NodeProto within(NodeProto node, Set<FunctionCalls.Key> active) {
    NodeProto.Builder out = null;
    for (int a = 0; a < node.getAttributeCount(); a++) {
      AttributeProto attribute = node.getAttribute(a);
      if (attribute.hasG() || attribute.getGraphsCount() > 0) {
        AttributeProto.Builder changed = attribute.toBuilder();
        if (attribute.hasG()) {
          changed.setG(within(attribute.getG(), active));
        }
        for (int g = 0; g < attribute.getGraphsCount(); g++) {
          changed.setGraphs(g, within(attribute.getGraphs(g), active));
        }
        out = out == null ? node.toBuilder() : out;
        out.setAttribute(a, changed);
      }
    }
    return out == null ? node : out.build();
  }

  private GraphProto within(GraphProto graph, Set<FunctionCalls.Key> active) {
    return graph.toBuilder().clearNode().addAllNode(all(graph.getNodeList(), active)).build();
  }

  /** The nodes of {@code function} with the values and attributes of one call. */
  private List<NodeProto> body(NodeProto call, FunctionProto function) {
    String prefix = (call.getName().isEmpty() ? call.getOpType() : call.getName()) + "/";
    Map<String, String> values = new HashMap<>();
    List<NodeProto> nodes = new ArrayList<>();
    for (int i = 0; i < function.getInputCount(); i++) {
      values.put(function.getInput(i), i < call.getInputCount() ? call.getInput(i) : "");
    }
    for (int i = 0; i < function.getOutputCount(); i++) {
      String inner = function.getOutput(i);
      String given = i < call.getOutputCount() ? call.getOutput(i) : "";
      if (given.isEmpty()) {
        continue;
      }
      if (values.containsKey(inner)) {
        nodes.add(
            NodeProto.newBuilder()
                .setOpType("Identity")
                .setName(prefix + inner)
                .addInput(values.get(inner))
                .addOutput(given)
                .build());
      } else {
        values.put(inner, given);
      }
    }
    for (NodeProto node : function.getNodeList()) {
      for (String output : node.getOutputList()) {
        if (!output.isEmpty()) {
          values.computeIfAbsent(output, name -> names.next(prefix + name));
        }
      }
    }
    UnaryOperator<String> fresh = name -> names.next(prefix + name);
    Renaming renaming = new Renaming(values, fresh);
    Map<String, AttributeProto> attributes = new HashMap<>();
    function.getAttributeProtoList().forEach(a -> attributes.put(a.getName(), a));
    call.getAttributeList().forEach(a -> attributes.put(a.getName(), a));
    for (NodeProto node : function.getNodeList()) {
      NodeProto given = renaming.node(withAttributes(node, attributes));
      nodes.add(given.toBuilder().setName(prefix + node.getName()).build());
    }
    return nodes;
  }

  /** Attributes that stand for those of the function take their values, or are left out. */
  private static NodeProto withAttributes(NodeProto node, Map<String, AttributeProto> attributes) {
    NodeProto.Builder out = node.toBuilder().clearAttribute();
    for (AttributeProto attribute : node.getAttributeList()) {
      if (!attribute.getRefAttrName().isEmpty()) {
        Optional.ofNullable(attributes.get(attribute.getRefAttrName()))
            .ifPresent(a -> out.addAttribute(a.toBuilder().setName(attribute.getName())));
        continue;
      }
      AttributeProto.Builder changed = attribute.toBuilder();
      if (attribute.hasG()) {
        changed.setG(withAttributes(attribute.getG(), attributes));
      }
      for (int g = 0; g < attribute.getGraphsCount(); g++) {
        changed.setGraphs(g, withAttributes(attribute.getGraphs(g), attributes));
      }
      out.addAttribute(changed);
    }
    return out.build();
  }

  private static GraphProto withAttributes(
      GraphProto graph, Map<String, AttributeProto> attributes) {
    GraphProto.Builder out = graph.toBuilder();
    for (int i = 0; i < graph.getNodeCount(); i++) {
      out.setNode(i, withAttributes(graph.getNode(i), attributes));
    }
    return out.build();
  }
}
