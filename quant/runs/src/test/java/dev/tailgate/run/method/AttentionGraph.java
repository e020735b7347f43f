package dev.tailgate.run.method;

import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.proto.AttributeProto;
import dev.tailgate.onnx.proto.FunctionProto;
import dev.tailgate.onnx.proto.GraphProto;
import dev.tailgate.onnx.proto.ModelProto;
import dev.tailgate.onnx.proto.NodeProto;
import dev.tailgate.onnx.proto.OperatorSetIdProto;
import dev.tailgate.onnx.proto.TensorProto;
import dev.tailgate.onnx.proto.TensorShapeProto;
import dev.tailgate.onnx.proto.TypeProto;
import dev.tailgate.onnx.proto.ValueInfoProto;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Writes models with attentions, operator by operator. */
final class AttentionGraph {
  private final GraphProto.Builder graph = GraphProto.newBuilder().setName("attention");
  private final ModelProto.Builder model = ModelProto.newBuilder().setIrVersion(8);
  private final Random random = new Random(7);
  private final long opset;
  private final ElementType type;
  private int count;

  AttentionGraph(long opset, ElementType type) {
    this.opset = opset;
    this.type = type;
    model.addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(opset));
    model.addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("com.microsoft").setVersion(1));
  }

  /** An input; sizes of 0 are symbolic. */
  String input(String name, long... dims) {
    graph.addInput(value(name, type, dims));
    return name;
  }

  String flag(String name) {
    graph.addInput(value(name, ElementType.BOOL));
    return name;
  }

  String bools(String name, long... dims) {
    graph.addInput(value(name, ElementType.BOOL, dims));
    return name;
  }

  /** A float constant of normal numbers. */
  String weight(String name, long... dims) {
    TensorProto.Builder tensor = TensorProto.newBuilder().setName(name).setDataType(1);
    long size = 1;
    for (long dim : dims) {
      tensor.addDims(dim);
      size *= dim;
    }
    for (int i = 0; i < size; i++) {
      tensor.addFloatData((float) (0.5 * random.nextGaussian()));
    }
    graph.addInitializer(tensor);
    return name;
  }

  /** A scalar of the model's float type. */
  String scalar(double value) {
    String name = "scalar" + count++;
    TensorProto.Builder tensor = TensorProto.newBuilder().setName(name).setDataType(type.code());
    if (type == ElementType.FLOAT16) {
      tensor.addInt32Data(
          Short.toUnsignedInt(dev.tailgate.onnx.ir.HalfFloat.fromFloat((float) value)));
    } else {
      tensor.addFloatData((float) value);
    }
    graph.addInitializer(tensor);
    return name;
  }

  String longs(long... values) {
    String name = "longs" + count++;
    graph.addInitializer(
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(7)
            .addDims(values.length)
            .addAllInt64Data(Arrays.stream(values).boxed().toList()));
    return name;
  }

  String node(String op, String... inputs) {
    String output = op.toLowerCase(java.util.Locale.ROOT) + count++;
    graph.addNode(
        NodeProto.newBuilder()
            .setName("/" + output)
            .setOpType(op)
            .addAllInput(List.of(inputs))
            .addOutput(output));
    return output;
  }

  AttentionGraph with(String name, long value) {
    last().addAttribute(integer(name).setI(value));
    return this;
  }

  AttentionGraph withInts(String name, Long... values) {
    last()
        .addAttribute(
            AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.INTS)
                .addAllInts(List.of(values)));
    return this;
  }

  AttentionGraph withText(String name, String value) {
    last()
        .addAttribute(
            AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.STRING)
                .setS(com.google.protobuf.ByteString.copyFromUtf8(value)));
    return this;
  }

  AttentionGraph domain(String domain) {
    last().setDomain(domain);
    return this;
  }

  private NodeProto.Builder last() {
    return graph.getNodeBuilder(graph.getNodeCount() - 1);
  }

  private static AttributeProto.Builder integer(String name) {
    return AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.INT);
  }

  String softmax(String scores, int rank) {
    String probs = node("Softmax", scores);
    with("axis", opset >= 11 ? -1 : rank - 1L);
    return probs;
  }

  /** A softmax of exponentials, a sum over the last axis and a division. */
  String writtenSoftmax(String scores, boolean shifted) {
    String logits = scores;
    if (shifted) {
      String max = node("ReduceMax", scores);
      withInts("axes", -1L);
      logits = node("Sub", scores, max);
    }
    String exp = node("Exp", logits);
    String sum = opset >= 13 ? node("ReduceSum", exp, longs(-1)) : node("ReduceSum", exp);
    if (opset < 13) {
      withInts("axes", -1L);
    }
    return node("Div", exp, sum);
  }

  /**
   * A whole attention of hidden states {@code [B, T, D]} with weights and heads; returns the hidden
   * state behind the output projection.
   */
  String block(String x, int model, int heads, String prefix) {
    String query = heads(node("MatMul", x, weight(prefix + "wq", model, model)), heads, model);
    String key = heads(node("MatMul", x, weight(prefix + "wk", model, model)), heads, model);
    String value = heads(node("MatMul", x, weight(prefix + "wv", model, model)), heads, model);
    String turned = node("Transpose", key);
    withInts("perm", 0L, 1L, 3L, 2L);
    String scores =
        node("Mul", node("MatMul", query, turned), scalar(Math.pow((double) model / heads, -0.5)));
    String context = node("MatMul", softmax(scores, 4), value);
    String back = node("Transpose", context);
    withInts("perm", 0L, 2L, 1L, 3L);
    String hidden = node("Reshape", back, longs(0, 0, model));
    return node("MatMul", hidden, weight(prefix + "wo", model, model));
  }

  private String heads(String projected, int heads, int model) {
    String split = node("Reshape", projected, longs(0, 0, heads, model / heads));
    String turned = node("Transpose", split);
    withInts("perm", 0L, 2L, 1L, 3L);
    return turned;
  }

  /** Moves all nodes so far into the branches of an {@code If}; they read the inputs by capture. */
  String insideIf(String condition, String result) {
    GraphProto body =
        GraphProto.newBuilder()
            .setName("branch")
            .addAllNode(graph.getNodeList())
            .addOutput(ValueInfoProto.newBuilder().setName(result))
            .build();
    GraphProto.Builder other = GraphProto.newBuilder().setName("other");
    other.addNode(
        NodeProto.newBuilder().setOpType("Identity").addInput("v").addOutput("untouched"));
    other.addOutput(ValueInfoProto.newBuilder().setName("untouched"));
    graph.clearNode();
    String chosen = node("If", condition);
    last()
        .addAttribute(branch("then_branch", body))
        .addAttribute(branch("else_branch", other.build()));
    return chosen;
  }

  private static AttributeProto branch(String name, GraphProto body) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.GRAPH)
        .setG(body)
        .build();
  }

  /** Moves all nodes so far into a function of {@code inputs} and calls it. */
  String insideFunction(String result, String... inputs) {
    model.addFunctions(
        FunctionProto.newBuilder()
            .setName("Attend")
            .setDomain("local")
            .addAllInput(List.of(inputs))
            .addOutput(result)
            .addAllNode(graph.getNodeList())
            .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(opset)));
    model.addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("local").setVersion(1));
    graph.clearNode();
    String called = node("Attend", inputs);
    domain("local");
    return called;
  }

  /** Declares the outputs and loads the model. */
  OnnxModel output(String... names) {
    for (String name : names) {
      graph.addOutput(value(name, type));
    }
    try {
      Path file = Files.createTempFile("attention", ".onnx");
      file.toFile().deleteOnExit();
      Files.write(file, model.setGraph(graph).build().toByteArray());
      return OnnxModel.load(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ValueInfoProto value(String name, ElementType type, long... dims) {
    TypeProto.Tensor.Builder tensor = TypeProto.Tensor.newBuilder().setElemType(type.code());
    if (dims.length > 0) {
      TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
      for (int i = 0; i < dims.length; i++) {
        if (dims[i] > 0) {
          shape.addDimBuilder().setDimValue(dims[i]);
        } else {
          shape.addDimBuilder().setDimParam(name + i);
        }
      }
      tensor.setShape(shape);
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(tensor))
        .build();
  }
}
