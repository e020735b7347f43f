package dev.tailgate.onnx.attention;

import com.google.protobuf.ByteString;
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

/** Writes small models node by node; each node method returns the name of the node's output. */
public final class TestGraph {
  private final GraphProto.Builder graph = GraphProto.newBuilder().setName("test");
  private final ModelProto.Builder model = ModelProto.newBuilder().setIrVersion(8);
  private int count;

  /** A model of this opset. */
  public static TestGraph opset(long version) {
    TestGraph test = new TestGraph();
    test.model.addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(version));
    test.model.addOpsetImport(
        OperatorSetIdProto.newBuilder().setDomain("com.microsoft").setVersion(1));
    return test;
  }

  /** A float input; negative sizes are symbolic. */
  public String input(String name, long... dims) {
    graph.addInput(value(name, 1, dims));
    return name;
  }

  /** An int64 input. */
  public String ids(String name, long... dims) {
    graph.addInput(value(name, 7, dims));
    return name;
  }

  /** A float weight of distinct values. */
  public String weight(String name, long... dims) {
    TensorProto.Builder tensor = TensorProto.newBuilder().setName(name).setDataType(1);
    long size = 1;
    for (long dim : dims) {
      tensor.addDims(dim);
      size *= dim;
    }
    for (int i = 0; i < size; i++) {
      tensor.addFloatData(0.01f * (i + 1));
    }
    graph.addInitializer(tensor);
    return name;
  }

  /** A float constant, a scalar for one value. */
  public String constant(float... values) {
    String name = "const" + count++;
    TensorProto.Builder tensor = TensorProto.newBuilder().setName(name).setDataType(1);
    if (values.length != 1) {
      tensor.addDims(values.length);
    }
    for (float value : values) {
      tensor.addFloatData(value);
    }
    graph.addInitializer(tensor);
    return name;
  }

  /** A float constant of zeros. */
  public String zeros(long... dims) {
    String name = weight("const" + count++, dims);
    TensorProto.Builder last = graph.getInitializerBuilder(graph.getInitializerCount() - 1);
    for (int i = 0; i < last.getFloatDataCount(); i++) {
      last.setFloatData(i, 0);
    }
    return name;
  }

  /** An int64 vector constant. */
  public String longs(long... values) {
    String name = "const" + count++;
    graph.addInitializer(
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(7)
            .addDims(values.length)
            .addAllInt64Data(Arrays.stream(values).boxed().toList()));
    return name;
  }

  /** A node with one output. */
  public String node(String op, String... inputs) {
    String output = op.toLowerCase(java.util.Locale.ROOT) + count++;
    graph.addNode(
        NodeProto.newBuilder().setOpType(op).addAllInput(List.of(inputs)).addOutput(output));
    return output;
  }

  /** Adds an integer attribute to the last node. */
  public TestGraph with(String name, long value) {
    last()
        .addAttribute(
            AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.INT)
                .setI(value));
    return this;
  }

  /** Adds an integer list attribute to the last node. */
  public TestGraph withInts(String name, Long... values) {
    last()
        .addAttribute(
            AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.INTS)
                .addAllInts(List.of(values)));
    return this;
  }

  /** Adds a text attribute to the last node. */
  public TestGraph with(String name, String value) {
    last()
        .addAttribute(
            AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.STRING)
                .setS(ByteString.copyFromUtf8(value)));
    return this;
  }

  /** Sets the domain of the last node. */
  public TestGraph domain(String domain) {
    last().setDomain(domain);
    return this;
  }

  /** Gives the last node a subgraph of one softmax. */
  public TestGraph withSoftmaxBranch(String captured) {
    GraphProto body =
        GraphProto.newBuilder()
            .setName("branch")
            .addNode(softmax(captured))
            .addOutput(ValueInfoProto.newBuilder().setName("inner"))
            .build();
    last()
        .addAttribute(
            AttributeProto.newBuilder()
                .setName("then_branch")
                .setType(AttributeProto.AttributeType.GRAPH)
                .setG(body));
    return this;
  }

  /** Adds a model function of one softmax. */
  public TestGraph softmaxFunction(String name) {
    model.addFunctions(
        FunctionProto.newBuilder()
            .setName(name)
            .setDomain("local")
            .addInput("x")
            .addOutput("inner")
            .addNode(softmax("x"))
            .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17)));
    model.addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("local").setVersion(1));
    return this;
  }

  private static NodeProto softmax(String input) {
    return NodeProto.newBuilder().setOpType("Softmax").addInput(input).addOutput("inner").build();
  }

  /** Declares an output and writes and loads the model. */
  public OnnxModel output(String... names) {
    for (String name : names) {
      graph.addOutput(value(name, 1));
    }
    try {
      Path file = Files.createTempFile("graph", ".onnx");
      Files.write(file, model.setGraph(graph).build().toByteArray());
      file.toFile().deleteOnExit();
      return OnnxModel.load(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private NodeProto.Builder last() {
    return graph.getNodeBuilder(graph.getNodeCount() - 1);
  }

  private static ValueInfoProto value(String name, int type, long... dims) {
    TypeProto.Tensor.Builder tensor = TypeProto.Tensor.newBuilder().setElemType(type);
    if (dims.length > 0) {
      TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
      for (long dim : dims) {
        TensorShapeProto.Dimension.Builder d = shape.addDimBuilder();
        if (dim < 0) {
          d.setDimParam("n" + -dim);
        } else {
          d.setDimValue(dim);
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
