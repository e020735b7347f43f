package dev.tailgate.onnx.ir;

import dev.tailgate.onnx.proto.AttributeProto;
import dev.tailgate.onnx.proto.FunctionProto;
import dev.tailgate.onnx.proto.GraphProto;
import dev.tailgate.onnx.proto.ModelProto;
import dev.tailgate.onnx.proto.NodeProto;
import dev.tailgate.onnx.proto.TensorProto;
import dev.tailgate.onnx.proto.TypeProto;
import dev.tailgate.onnx.proto.ValueInfoProto;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Makes a model of 16-bit floats compute in float32, which has every value of theirs.
 *
 * <p>Its interface stays: inputs and outputs in float16 or bfloat16 are converted at the border.
 * Large weights stay as they are stored, with a {@code Cast} behind each, which the runtime folds
 * once: they take no second copy, and a file that is saved does not grow. Small constants, the
 * types of inner values, targets of {@code Cast} and other attributes that name a type become
 * float32, in branches, loop bodies and functions too.
 *
 * <p>Nothing is rounded on the way any more, so that results differ from the original's by the
 * roundings it made.
 */
public final class Float32Model {
  /** Elements of constants that are converted at once, at most. */
  private static final int SMALL = 256;

  /** Attributes of operators that name the type of an output or of an inner sum. */
  private static final Set<String> TYPES =
      Set.of("to", "dtype", "output_datatype", "output_dtype", "stash_type", "softmax_precision");

  private static final Set<String> DOMAINS = Set.of("", "com.microsoft");
  private static final int FLOAT = ElementType.FLOAT.code();

  private final OnnxModel model;
  private final FreshNames names;

  private Float32Model(OnnxModel model) {
    this.model = model;
    this.names = new FreshNames(model);
  }

  /** Whether {@code model} has inputs, outputs or constants of 16-bit floats, or casts to them. */
  public static boolean hasHalfFloats(OnnxModel model) {
    OnnxGraph graph = model.graph();
    return graph.initializers().values().stream().anyMatch(c -> isHalf(c.type()))
        || graph.inputs().stream().anyMatch(input -> isHalf(input.type()))
        || graph.outputs().stream().anyMatch(output -> isHalf(output.type()))
        || graph.nodes().stream()
            .anyMatch(
                node ->
                    node.is("Cast")
                        && isHalf(ElementType.ofCode((int) node.intAttribute("to", 0))));
  }

  /** The model in float32; the same one where it has nothing to convert. */
  public static OnnxModel of(OnnxModel model) {
    return hasHalfFloats(model) ? new Float32Model(model).converted() : model;
  }

  private static boolean isHalf(ElementType type) {
    return TensorData.Widened.isHalf(type);
  }

  private static boolean isHalf(int code) {
    return isHalf(ElementType.ofCode(code));
  }

  private OnnxModel converted() {
    OnnxGraph graph = model.graph();
    ElementTypes types = ElementTypes.of(graph);
    List<NodeProto> casts = new ArrayList<>();
    List<ConstantTensor> constants = new ArrayList<>();
    Set<String> behindCasts = new HashSet<>();
    graph
        .initializers()
        .forEach(
            (name, constant) -> {
              if (!isHalf(constant.type())) {
                constants.add(constant);
              } else if (constant.elementCount() <= SMALL) {
                constants.add(inFloat32(constant).named(name));
              } else {
                String stored = names.next(name + "_" + constant.type().label());
                constants.add(constant.named(stored));
                casts.add(cast(stored, name, FLOAT));
                behindCasts.add(name);
              }
            });
    Map<String, String> renamed = new HashMap<>();
    for (ValueInfo input : graph.inputs()) {
      if (isHalf(input.type())) {
        String wide = names.next(input.name() + "_float");
        renamed.put(input.name(), wide);
        casts.add(cast(input.name(), wide, FLOAT));
      }
    }
    List<NodeProto> last = new ArrayList<>();
    for (ValueInfo output : graph.outputs()) {
      ElementType type =
          output.type() == ElementType.UNDEFINED ? types.of(output.name()) : output.type();
      if (isHalf(type) && !renamed.containsKey(output.name())) {
        String wide = names.next(output.name() + "_float");
        renamed.put(output.name(), wide);
        last.add(cast(wide, output.name(), type.code()));
      }
    }
    Renaming renaming = new Renaming(renamed, name -> name);
    GraphProto.Builder out = graph.proto().toBuilder().clearNode();
    Set<String> inputs =
        graph.proto().getInputList().stream()
            .map(ValueInfoProto::getName)
            .collect(Collectors.toSet());
    casts.forEach(
        node ->
            out.addNode(
                inputs.contains(node.getInput(0)) && renamed.containsKey(node.getInput(0))
                    ? node
                    : renaming.node(node)));
    graph.proto().getNodeList().forEach(node -> out.addNode(renamedNode(node, renamed)));
    out.addAllNode(last);
    for (int i = out.getInputCount() - 1; i >= 0; i--) {
      String name = out.getInput(i).getName();
      if (behindCasts.contains(name)) {
        out.removeInput(i);
      } else if (graph.initializers().containsKey(name)) {
        out.setInput(i, wide(out.getInput(i)));
      }
    }
    List<ValueInfoProto> infos = out.getValueInfoList();
    out.clearValueInfo();
    infos.stream()
        .filter(info -> !inputs.contains(info.getName()))
        .forEach(info -> out.addValueInfo(wide(renaming.info(info))));
    OnnxModel result =
        new OnnxModel(
            shell(),
            new OnnxGraph(out.build(), renamedConstants(constants, renamed), graph.files()),
            model.path(),
            model.reserved());
    GraphChecks.sound(result, "the float32 model", "The file is invalid; export it again.");
    return result;
  }

  /** An initialiser that is an output of the model is read under the name of its float32 value. */
  private static List<ConstantTensor> renamedConstants(
      List<ConstantTensor> constants, Map<String, String> renamed) {
    return constants.stream()
        .map(c -> renamed.containsKey(c.name()) ? c.named(renamed.get(c.name())) : c)
        .toList();
  }

  private NodeProto renamedNode(NodeProto node, Map<String, String> renamed) {
    NodeProto.Builder out = GraphScope.renameCaptures(converted(node), renamed).toBuilder();
    for (int i = 0; i < out.getInputCount(); i++) {
      out.setInput(i, renamed.getOrDefault(out.getInput(i), out.getInput(i)));
    }
    for (int i = 0; i < out.getOutputCount(); i++) {
      out.setOutput(i, renamed.getOrDefault(out.getOutput(i), out.getOutput(i)));
    }
    return out.build();
  }

  private ModelProto shell() {
    ModelProto.Builder shell = model.shell().toBuilder();
    for (int f = 0; f < shell.getFunctionsCount(); f++) {
      FunctionProto.Builder function = shell.getFunctionsBuilder(f);
      for (int n = 0; n < function.getNodeCount(); n++) {
        function.setNode(n, converted(function.getNode(n)));
      }
      for (int i = 0; i < function.getValueInfoCount(); i++) {
        function.setValueInfo(i, wide(function.getValueInfo(i)));
      }
    }
    return shell.build();
  }

  private static NodeProto cast(String from, String to, int type) {
    return NodeProto.newBuilder()
        .setOpType("Cast")
        .setName(to + "_cast")
        .addInput(from)
        .addOutput(to)
        .addAttribute(
            AttributeProto.newBuilder()
                .setName("to")
                .setType(AttributeProto.AttributeType.INT)
                .setI(type))
        .build();
  }

  private NodeProto converted(NodeProto node) {
    NodeProto.Builder out = node.toBuilder();
    boolean known = DOMAINS.contains(OnnxNode.normalDomain(node.getDomain()));
    for (int a = 0; a < node.getAttributeCount(); a++) {
      AttributeProto attribute = node.getAttribute(a);
      AttributeProto.Builder changed = attribute.toBuilder();
      if (known && TYPES.contains(attribute.getName()) && isHalf((int) attribute.getI())) {
        changed.setI(FLOAT);
      }
      if (known && attribute.hasT() && isHalf(attribute.getT().getDataType())) {
        changed.setT(inFloat32(attribute.getT()));
      }
      if (attribute.hasTp()) {
        changed.setTp(wide(attribute.getTp()));
      }
      if (attribute.hasG()) {
        changed.setG(converted(attribute.getG()));
      }
      for (int g = 0; g < attribute.getGraphsCount(); g++) {
        changed.setGraphs(g, converted(attribute.getGraphs(g)));
      }
      out.setAttribute(a, changed);
    }
    return out.build();
  }

  /** A graph inside has no interface to keep. */
  private GraphProto converted(GraphProto graph) {
    GraphProto.Builder out = graph.toBuilder().clearNode();
    for (int i = 0; i < graph.getInitializerCount(); i++) {
      TensorProto tensor = graph.getInitializer(i);
      if (!isHalf(tensor.getDataType())) {
        continue;
      }
      if (tensor.getDimsList().stream().reduce(1L, (a, b) -> a * b) <= SMALL) {
        out.setInitializer(i, inFloat32(tensor));
      } else {
        String stored = names.next(tensor.getName() + "_half");
        out.setInitializer(i, tensor.toBuilder().setName(stored));
        out.addNode(cast(stored, tensor.getName(), FLOAT));
      }
    }
    graph.getNodeList().forEach(node -> out.addNode(converted(node)));
    for (int i = 0; i < graph.getInputCount(); i++) {
      out.setInput(i, wide(graph.getInput(i)));
    }
    for (int i = 0; i < graph.getOutputCount(); i++) {
      out.setOutput(i, wide(graph.getOutput(i)));
    }
    for (int i = 0; i < graph.getValueInfoCount(); i++) {
      out.setValueInfo(i, wide(graph.getValueInfo(i)));
    }
    return out.build();
  }

  private TensorProto inFloat32(TensorProto tensor) {
    return SessionBytes.inline(
        inFloat32(TensorDecoder.decode(tensor, model.graph().files(), "an attribute")));
  }

  private static ConstantTensor inFloat32(ConstantTensor constant) {
    TensorData wide = constant.widened().data();
    return ConstantTensor.of(
        constant.name(),
        ElementType.FLOAT,
        constant.dims(),
        wide.read(0, Math.toIntExact(wide.byteLength())));
  }

  private static ValueInfoProto wide(ValueInfoProto info) {
    return info.hasType() ? info.toBuilder().setType(wide(info.getType())).build() : info;
  }

  private static TypeProto wide(TypeProto type) {
    TypeProto.Builder out = type.toBuilder();
    if (type.hasTensorType() && isHalf(type.getTensorType().getElemType())) {
      out.getTensorTypeBuilder().setElemType(FLOAT);
    }
    if (type.hasSequenceType()) {
      out.getSequenceTypeBuilder().setElemType(wide(type.getSequenceType().getElemType()));
    }
    if (type.hasOptionalType()) {
      out.getOptionalTypeBuilder().setElemType(wide(type.getOptionalType().getElemType()));
    }
    return out.build();
  }
}
