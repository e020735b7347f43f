package dev.tailgate.data;

import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.proto.GraphProto;
import dev.tailgate.onnx.proto.ModelProto;
import dev.tailgate.onnx.proto.NodeProto;
import dev.tailgate.onnx.proto.OperatorSetIdProto;
import dev.tailgate.onnx.proto.TensorShapeProto;
import dev.tailgate.onnx.proto.TypeProto;
import dev.tailgate.onnx.proto.ValueInfoProto;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A model of which only the signature matters: data is matched with it, nothing is run. */
public final class SignatureModel {
  private final GraphProto.Builder graph = GraphProto.newBuilder().setName("signature");

  /** An input; dimensions are numbers, or names of open ones. */
  public SignatureModel input(String name, ElementType type, Object... dims) {
    graph.addInput(value(name, type, dims));
    return this;
  }

  /** An output of that type. */
  public SignatureModel output(String name, ElementType type, Object... dims) {
    graph.addOutput(value(name, type, dims));
    return this;
  }

  /** A float32 output. */
  public SignatureModel output(String name, Object... dims) {
    graph.addOutput(value(name, ElementType.FLOAT, dims));
    return this;
  }

  /** The model, from a file that is deleted at the end. */
  public OnnxModel load() {
    String first = graph.getInput(0).getName();
    graph.getOutputList().stream()
        .map(ValueInfoProto::getName)
        .forEach(
            output ->
                graph.addNode(
                    NodeProto.newBuilder()
                        .setOpType("Identity")
                        .addInput(first)
                        .addOutput(output)));
    ModelProto model =
        ModelProto.newBuilder()
            .setIrVersion(8)
            .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17))
            .setGraph(graph)
            .build();
    try {
      Path file = Files.createTempFile("signature", ".onnx");
      file.toFile().deleteOnExit();
      Files.write(file, model.toByteArray());
      return OnnxModel.load(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ValueInfoProto value(String name, ElementType type, Object... dims) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (Object dim : dims) {
      TensorShapeProto.Dimension.Builder sized = TensorShapeProto.Dimension.newBuilder();
      shape.addDim(
          dim instanceof Integer size
              ? sized.setDimValue(size)
              : sized.setDimParam(String.valueOf(dim)));
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder().setElemType(type.code()).setShape(shape)))
        .build();
  }
}
