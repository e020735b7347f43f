package dev.tailgate.onnx.ir;

import dev.tailgate.onnx.proto.FunctionProto;
import dev.tailgate.onnx.proto.GraphProto;
import dev.tailgate.onnx.proto.NodeProto;
import dev.tailgate.onnx.proto.TrainingInfoProto;
import dev.tailgate.onnx.proto.ValueInfoProto;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Hands out value names that occur nowhere in a model: not as values, and not where a stray name
 * would attach itself to the new value, such as a type annotation left over by the exporter.
 */
final class FreshNames {
  private final Set<String> taken = new HashSet<>();
  private final Map<String, Integer> next = new HashMap<>();

  FreshNames(OnnxModel model) {
    taken.addAll(model.reserved());
    taken.addAll(model.graph().initializers().keySet());
    collect(model.graph().proto());
    for (TrainingInfoProto info : model.shell().getTrainingInfoList()) {
      collect(info.getInitialization());
      collect(info.getAlgorithm());
    }
  }

  /** Every name that occurs in {@code model}, inside its subgraphs and functions too. */
  static Set<String> allOf(OnnxModel model) {
    FreshNames names = new FreshNames(model);
    for (FunctionProto function : model.shell().getFunctionsList()) {
      names.collect(GraphProto.newBuilder().addAllNode(function.getNodeList()).build());
      names.taken.addAll(function.getInputList());
    }
    return Set.copyOf(names.taken);
  }

  private void collect(GraphProto graph) {
    taken.addAll(GraphScope.localNames(graph));
    graph.getValueInfoList().forEach(info -> taken.add(info.getName()));
    graph.getOutputList().stream().map(ValueInfoProto::getName).forEach(taken::add);
    graph
        .getQuantizationAnnotationList()
        .forEach(
            annotation -> {
              taken.add(annotation.getTensorName());
              annotation.getQuantParameterTensorNamesList().forEach(e -> taken.add(e.getValue()));
            });
    for (NodeProto node : graph.getNodeList()) {
      taken.addAll(node.getInputList());
      node.getAttributeList()
          .forEach(
              attribute -> {
                if (attribute.hasG()) {
                  collect(attribute.getG());
                }
                attribute.getGraphsList().forEach(this::collect);
              });
    }
  }

  /** {@code hint} itself where it is free, else with the first free number behind it. */
  String next(String hint) {
    String stem = hint.isEmpty() ? "value" : hint;
    String name = stem;
    while (!taken.add(name)) {
      name = stem + "_" + next.merge(stem, 1, Integer::sum);
    }
    return name;
  }

  /** Takes {@code name} and says whether it was free. */
  boolean claim(String name) {
    return taken.add(name);
  }

  void reserve(String name) {
    taken.add(name);
  }
}
