package dev.tailgate.onnx.ir;

import dev.tailgate.onnx.proto.AttributeProto;
import dev.tailgate.onnx.proto.GraphProto;
import dev.tailgate.onnx.proto.ModelProto;
import dev.tailgate.onnx.proto.NodeProto;
import dev.tailgate.onnx.proto.OperatorSetIdProto;
import dev.tailgate.onnx.proto.StringStringEntryProto;
import dev.tailgate.onnx.proto.TensorProto;
import dev.tailgate.onnx.proto.ValueInfoProto;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Brings the branches of every {@code If} into the main graph, so that whatever works on the main
 * graph works on them: sites, taps, calibration, quantizers.
 *
 * <pre>
 *   If(c){ then: a = f(x) → a, else: b = g(x) → b } → y
 *   into   a = f(x), b = g(x), y = Choice(c, a, b)
 * </pre>
 *
 * <p>Each node remembers where it lies; {@link FoldedBranches} puts it back there before a model is
 * run or saved, with what passes have added around it. So a branch still runs only when it is
 * chosen, and {@code Choice} is an operator that no runtime ever sees. Bodies of loops stay where
 * they are.
 */
public final class FlatBranches {
  /** Domain of the operator that stands for an {@code If}. */
  static final String DOMAIN = "tailgate.flat";

  /** Inputs: the condition, the outputs of the first branch, those of the second. */
  static final String CHOICE = "Choice";

  /** Number of the choice, an attribute. */
  static final String NUMBER = "number";

  /** Where a node lies: number of the choice and of its branch; empty for the main graph. */
  static final String PLACE = "tailgate.flat.place";

  /** What people call that place. */
  static final String LABEL = "tailgate.flat.label";

  private final OnnxModel model;
  private final FreshNames names;
  private final Map<String, Integer> definitions = new HashMap<>();
  private final List<NodeProto> nodes = new ArrayList<>();
  private final Map<String, ConstantTensor> constants = new LinkedHashMap<>();
  private final List<ValueInfoProto> infos = new ArrayList<>();
  private int choices;

  private FlatBranches(OnnxModel model) {
    this.model = model;
    this.names = new FreshNames(model);
    this.constants.putAll(model.graph().initializers());
    count(model.graph().proto());
    constants.keySet().forEach(name -> definitions.merge(name, 1, Integer::sum));
  }

  /** The flat model; the same one where there is no {@code If} in the main graph. */
  public static OnnxModel of(OnnxModel model) {
    boolean any = model.graph().proto().getNodeList().stream().anyMatch(FlatBranches::isChoice);
    return any ? new FlatBranches(model).flat() : model;
  }

  /** Where a node of a flat model lies, {@code then_branch of If x}; empty in the main graph. */
  public static Optional<String> place(OnnxNode node) {
    return Optional.ofNullable(node.metadata().get(LABEL)).filter(label -> !label.isEmpty());
  }

  /** Whether {@code node} stands for an {@code If}. */
  public static boolean isChoice(OnnxNode node) {
    return node.is(DOMAIN, CHOICE);
  }

  private OnnxModel flat() {
    GraphProto graph = model.graph().proto();
    add(graph.getNodeList(), "", "");
    GraphProto.Builder out = graph.toBuilder().clearNode().addAllNode(nodes).addAllValueInfo(infos);
    ModelProto shell =
        model.shell().toBuilder()
            .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain(DOMAIN).setVersion(1))
            .build();
    OnnxModel result =
        new OnnxModel(
            shell,
            new OnnxGraph(
                GraphOrder.sorted(out.build(), "the flat graph"),
                constants.values(),
                model.graph().files()),
            model.path(),
            model.reserved());
    GraphChecks.sound(result, "the flat graph", "The branches are invalid; export again.");
    return result;
  }

  /** How often each name is defined: branches beside each other may use the same ones. */
  private void count(GraphProto graph) {
    GraphScope.localNames(graph).forEach(name -> definitions.merge(name, 1, Integer::sum));
    for (NodeProto node : graph.getNodeList()) {
      for (AttributeProto attribute : node.getAttributeList()) {
        if (attribute.hasG()) {
          count(attribute.getG());
        }
        attribute.getGraphsList().forEach(this::count);
      }
    }
  }

  private static boolean isChoice(NodeProto node) {
    return node.getOpType().equals("If")
        && OnnxNode.normalDomain(node.getDomain()).isEmpty()
        && branch(node, "then_branch").filter(FlatBranches::isPlain).isPresent()
        && branch(node, "else_branch").filter(FlatBranches::isPlain).isPresent();
  }

  private static boolean isPlain(GraphProto branch) {
    return branch.getSparseInitializerCount() == 0 && branch.getInputCount() == 0;
  }

  private static Optional<GraphProto> branch(NodeProto node, String name) {
    return node.getAttributeList().stream()
        .filter(attribute -> attribute.getName().equals(name) && attribute.hasG())
        .map(AttributeProto::getG)
        .findFirst();
  }

  private void add(List<NodeProto> list, String place, String label) {
    for (NodeProto node : list) {
      if (!isChoice(node)) {
        nodes.add(placed(node, place, label));
        continue;
      }
      int number = choices++;
      String name = node.getName().isEmpty() ? node.getOutput(0) : node.getName();
      NodeProto.Builder choice =
          NodeProto.newBuilder()
              .setOpType(CHOICE)
              .setDomain(DOMAIN)
              .setName(node.getName())
              .addInput(node.getInput(0))
              .addAllOutput(node.getOutputList())
              .addAttribute(
                  AttributeProto.newBuilder()
                      .setName(NUMBER)
                      .setType(AttributeProto.AttributeType.INT)
                      .setI(number));
      for (String attribute : List.of("then_branch", "else_branch")) {
        String inside = number + "." + (attribute.equals("then_branch") ? 0 : 1);
        String words =
            attribute + " of If " + Printable.of(name) + (label.isEmpty() ? "" : " in " + label);
        choice.addAllInput(branch(branch(node, attribute).orElseThrow(), inside, words));
      }
      nodes.add(placed(choice.build(), place, label));
    }
  }

  /** Adds a branch and returns its outputs. */
  private List<String> branch(GraphProto branch, String place, String label) {
    Map<String, String> renamed = new HashMap<>();
    for (String name : GraphScope.localNames(branch)) {
      renamed.put(name, unique(name));
    }
    Renaming renaming = new Renaming(renamed, this::unique);
    for (TensorProto tensor : branch.getInitializerList()) {
      String name = renaming.of(tensor.getName());
      constants.put(name, TensorDecoder.decode(tensor, model.graph().files(), label).named(name));
    }
    branch.getValueInfoList().forEach(info -> declare(renaming.info(info)));
    branch.getOutputList().stream()
        .filter(info -> renamed.containsKey(info.getName()))
        .forEach(info -> declare(renaming.info(info)));
    add(branch.getNodeList().stream().map(renaming::node).toList(), place, label);
    return branch.getOutputList().stream().map(info -> renaming.of(info.getName())).toList();
  }

  private void declare(ValueInfoProto info) {
    if (info.hasType() && infos.stream().noneMatch(i -> i.getName().equals(info.getName()))) {
      infos.add(info);
    }
  }

  private String unique(String name) {
    return definitions.getOrDefault(name, 0) <= 1 ? name : names.next(name);
  }

  private static NodeProto placed(NodeProto node, String place, String label) {
    return node.toBuilder()
        .addMetadataProps(StringStringEntryProto.newBuilder().setKey(PLACE).setValue(place))
        .addMetadataProps(StringStringEntryProto.newBuilder().setKey(LABEL).setValue(label))
        .build();
  }
}
