package dev.tailgate.run.rewrite;

import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.proto.AttributeProto;
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
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A model of one fused operator, with the data it is run on. */
final class FusedGraph {
  private final GraphProto.Builder graph = GraphProto.newBuilder().setName("fused");
  private final ModelProto.Builder model = ModelProto.newBuilder().setIrVersion(8);
  private final NodeProto.Builder node = NodeProto.newBuilder();
  private final Map<String, Tensor> feeds = new LinkedHashMap<>();
  private final Random random;
  private boolean dynamic;

  private FusedGraph(long opset, String domain, String op, long seed) {
    random = new Random(seed);
    model.addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(opset));
    model.addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("com.microsoft").setVersion(1));
    node.setDomain(domain).setOpType(op);
  }

  static FusedGraph of(long opset, String domain, String op, long seed) {
    return new FusedGraph(opset, domain, op, seed);
  }

  /** Inputs declared from here on have symbolic numbers of sequences and of positions. */
  FusedGraph dynamic() {
    dynamic = true;
    return this;
  }

  /** An input of standard normal numbers for the operator. */
  FusedGraph floats(String name, long... dims) {
    return given(name, normal(dims));
  }

  /** An input for the operator. */
  FusedGraph given(String name, Tensor tensor) {
    feeds.put(name, tensor);
    graph.addInput(value(name, tensor.type(), tensor.shape(), dynamic));
    node.addInput(name);
    return this;
  }

  /** A constant of normal numbers for the operator. */
  FusedGraph weights(String name, long... dims) {
    TensorProto.Builder tensor = TensorProto.newBuilder().setName(name).setDataType(1);
    long size = 1;
    for (long dim : dims) {
      tensor.addDims(dim);
      size *= dim;
    }
    for (int i = 0; i < size; i++) {
      tensor.addFloatData((float) (0.3 * random.nextGaussian()));
    }
    graph.addInitializer(tensor);
    node.addInput(name);
    return this;
  }

  /** Leaves optional inputs out. */
  FusedGraph without(int count) {
    for (int i = 0; i < count; i++) {
      node.addInput("");
    }
    return this;
  }

  FusedGraph with(String name, long value) {
    node.addAttribute(
        AttributeProto.newBuilder()
            .setName(name)
            .setType(AttributeProto.AttributeType.INT)
            .setI(value));
    return this;
  }

  FusedGraph with(String name, float value) {
    node.addAttribute(
        AttributeProto.newBuilder()
            .setName(name)
            .setType(AttributeProto.AttributeType.FLOAT)
            .setF(value));
    return this;
  }

  FusedGraph with(String name, List<Long> values) {
    node.addAttribute(
        AttributeProto.newBuilder()
            .setName(name)
            .setType(AttributeProto.AttributeType.INTS)
            .addAllInts(values));
    return this;
  }

  /** Writes and loads the model; {@code ""} leaves an output out. */
  OnnxModel outputs(String... names) {
    for (String name : names) {
      node.addOutput(name);
      if (!name.isEmpty()) {
        graph.addOutput(
            ValueInfoProto.newBuilder()
                .setName(name)
                .setType(
                    TypeProto.newBuilder()
                        .setTensorType(TypeProto.Tensor.newBuilder().setElemType(1))));
      }
    }
    graph.addNode(node);
    try {
      Path file = Files.createTempFile("fused", ".onnx");
      Files.write(file, model.setGraph(graph).build().toByteArray());
      file.toFile().deleteOnExit();
      return OnnxModel.load(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Map<String, Tensor> feeds() {
    return feeds;
  }

  /** The numbers of a float input. */
  double[] numbers(String name) {
    float[] floats = feeds.get(name).toFloats();
    double[] numbers = new double[floats.length];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = floats[i];
    }
    return numbers;
  }

  private Tensor normal(long... dims) {
    int size = 1;
    for (long dim : dims) {
      size *= (int) dim;
    }
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return Tensor.ofFloats(values, dims);
  }

  static Tensor ints(int[] values, long... dims) {
    Tensor tensor = Tensor.allocate(ElementType.INT32, dims);
    tensor.data().asIntBuffer().put(values);
    return tensor;
  }

  static Tensor flags(boolean[] values, long... dims) {
    Tensor tensor = Tensor.allocate(ElementType.BOOL, dims);
    for (int i = 0; i < values.length; i++) {
      tensor.data().put(i, (byte) (values[i] ? 1 : 0));
    }
    return tensor;
  }

  private static ValueInfoProto value(
      String name, ElementType type, long[] dims, boolean symbolic) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    List<TensorShapeProto.Dimension> list = new ArrayList<>();
    for (int i = 0; i < dims.length; i++) {
      TensorShapeProto.Dimension.Builder dim = TensorShapeProto.Dimension.newBuilder();
      boolean positions = i > 0 && i == dims.length - 2;
      list.add(
          symbolic && (i == 0 || positions)
              ? dim.setDimParam(name + i).build()
              : dim.setDimValue(dims[i]).build());
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder()
                        .setElemType(type.code())
                        .setShape(shape.addAllDim(list))))
        .build();
  }
}
