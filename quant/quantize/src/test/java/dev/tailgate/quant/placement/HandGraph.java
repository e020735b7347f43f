package dev.tailgate.quant.placement;

import dev.tailgate.data.ReferenceModel;
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
import java.util.List;
import java.util.Random;

/** Small graphs written by hand: a node is named like its output. */
final class HandGraph {
  private static final int FLOAT = 1;
  private static final int INT64 = 7;

  private final GraphProto.Builder graph = GraphProto.newBuilder().setName("hand");
  private final Random random = new Random(3);

  HandGraph input(String name, long... dims) {
    graph.addInput(value(name, FLOAT, dims));
    return this;
  }

  HandGraph ids(String name, long... dims) {
    graph.addInput(value(name, INT64, dims));
    return this;
  }

  HandGraph weight(String name, long... dims) {
    TensorProto.Builder tensor = TensorProto.newBuilder().setName(name).setDataType(FLOAT);
    int count = 1;
    for (long dim : dims) {
      tensor.addDims(dim);
      count *= (int) dim;
    }
    for (int i = 0; i < count; i++) {
      tensor.addFloatData((float) random.nextGaussian());
    }
    graph.addInitializer(tensor);
    return this;
  }

  HandGraph longs(String name, long... values) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder().setName(name).setDataType(INT64).addDims(values.length);
    for (long value : values) {
      tensor.addInt64Data(value);
    }
    graph.addInitializer(tensor);
    return this;
  }

  HandGraph node(String op, String output, String... inputs) {
    return nodeOf("", op, output, inputs);
  }

  HandGraph nodeOf(String domain, String op, String output, String... inputs) {
    graph.addNode(
        NodeProto.newBuilder()
            .setDomain(domain)
            .setOpType(op)
            .setName(output)
            .addAllInput(List.of(inputs))
            .addOutput(output));
    return this;
  }

  /** An attribute of the last node. */
  HandGraph with(String name, String text) {
    graph
        .getNodeBuilder(graph.getNodeCount() - 1)
        .addAttribute(
            AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.STRING)
                .setS(com.google.protobuf.ByteString.copyFromUtf8(text)));
    return this;
  }

  OnnxModel outputs(Path folder, String... names) {
    for (String name : names) {
      graph.addOutput(value(name, FLOAT));
    }
    ModelProto model =
        ModelProto.newBuilder()
            .setIrVersion(8)
            .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17))
            .addOpsetImport(
                OperatorSetIdProto.newBuilder().setDomain("com.microsoft").setVersion(1))
            .setGraph(graph)
            .build();
    try {
      Path file = Files.createTempFile(folder, "hand", ".onnx");
      Files.write(file, model.toByteArray());
      return OnnxModel.load(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What {@code placement} plans for {@code model}. */
  static PlacementPlan plan(Placement placement, OnnxModel model, PlacementRequest request) {
    return placement.plan(model, ReferenceModel.taps(model), request);
  }

  private static ValueInfoProto value(String name, int type, long... dims) {
    TypeProto.Tensor.Builder tensor = TypeProto.Tensor.newBuilder().setElemType(type);
    if (dims.length > 0) {
      TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
      for (long dim : dims) {
        shape.addDim(
            dim > 0
                ? TensorShapeProto.Dimension.newBuilder().setDimValue(dim)
                : TensorShapeProto.Dimension.newBuilder().setDimParam("n" + -dim));
      }
      tensor.setShape(shape);
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(tensor))
        .build();
  }
}
