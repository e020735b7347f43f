package dev.tailgate.onnx.ir;

import com.google.protobuf.ByteString;
import dev.tailgate.onnx.proto.AttributeProto;
import dev.tailgate.onnx.proto.GraphProto;
import dev.tailgate.onnx.proto.ModelProto;
import dev.tailgate.onnx.proto.NodeProto;
import dev.tailgate.onnx.proto.OperatorSetIdProto;
import dev.tailgate.onnx.proto.StringStringEntryProto;
import dev.tailgate.onnx.proto.TensorProto;
import dev.tailgate.onnx.proto.TensorShapeProto;
import dev.tailgate.onnx.proto.TypeProto;
import dev.tailgate.onnx.proto.ValueInfoProto;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/** Builds small models straight from protobuf messages, independently of the code under test. */
final class Fixtures {
  private Fixtures() {}

  static NodeProto node(String op, List<String> inputs, List<String> outputs) {
    return NodeProto.newBuilder()
        .setOpType(op)
        .setName(op + "_" + String.join("_", outputs))
        .addAllInput(inputs)
        .addAllOutput(outputs)
        .build();
  }

  static NodeProto node(String op, String input, String output) {
    return node(op, List.of(input), List.of(output));
  }

  static NodeProto withGraph(NodeProto node, String attribute, GraphProto graph) {
    return node.toBuilder()
        .addAttribute(
            AttributeProto.newBuilder()
                .setName(attribute)
                .setType(AttributeProto.AttributeType.GRAPH)
                .setG(graph))
        .build();
  }

  static ValueInfoProto value(String name) {
    TypeProto.Tensor.Builder tensor =
        TypeProto.Tensor.newBuilder()
            .setElemType(TensorProto.DataType.FLOAT.getNumber())
            .setShape(
                TensorShapeProto.newBuilder()
                    .addDim(TensorShapeProto.Dimension.newBuilder().setDimParam("n")));
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(tensor))
        .build();
  }

  static TensorProto floats(String name, long seed, int count) {
    Random random = new Random(seed);
    ByteBuffer raw = ByteBuffer.allocate(4 * count).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < count; i++) {
      raw.putFloat((float) random.nextGaussian());
    }
    return TensorProto.newBuilder()
        .setName(name)
        .setDataType(1)
        .addDims(count)
        .setRawData(ByteString.copyFrom(raw.flip()))
        .build();
  }

  static TensorProto external(String name, int type, String location, String... entries) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(type)
            .setDataLocation(TensorProto.DataLocation.EXTERNAL)
            .addExternalData(entry("location", location));
    for (int i = 0; i < entries.length; i += 2) {
      tensor.addExternalData(entry(entries[i], entries[i + 1]));
    }
    return tensor.build();
  }

  static StringStringEntryProto entry(String key, String value) {
    return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
  }

  /** {@code x -> y} with the given nodes and initialisers. */
  static GraphProto graph(List<NodeProto> nodes, TensorProto... tensors) {
    return GraphProto.newBuilder()
        .setName("g")
        .addInput(value("x"))
        .addOutput(value("y"))
        .addAllNode(nodes)
        .addAllInitializer(List.of(tensors))
        .build();
  }

  static ModelProto model(GraphProto graph) {
    return ModelProto.newBuilder()
        .setIrVersion(8)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17))
        .setGraph(graph)
        .build();
  }

  static Path write(Path folder, String name, ModelProto model) {
    return write(folder, name, model.toByteArray());
  }

  static Path write(Path folder, String name, byte[] bytes) {
    try {
      return Files.write(folder.resolve(name), bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static OnnxModel load(Path folder, GraphProto graph) {
    return OnnxModel.load(write(folder, "m.onnx", model(graph)));
  }

  static byte[] resource(String name) {
    try (InputStream in = Fixtures.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(name + " is missing");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static byte[] elements(ConstantTensor tensor) {
    int length = Math.toIntExact(tensor.data().byteLength());
    byte[] bytes = new byte[length];
    tensor.data().read(0, length).get(bytes);
    return bytes;
  }
}
