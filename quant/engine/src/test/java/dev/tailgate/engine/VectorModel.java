package dev.tailgate.engine;

import com.google.protobuf.ByteString;
import dev.tailgate.engine.QuantizeVectors.Case;
import dev.tailgate.engine.QuantizeVectors.Operand;
import dev.tailgate.engine.tensor.Elements;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The model of one node that a case asks for. Operands of types that ONNX Runtime for Java can
 * neither make nor read stay in the graph: such inputs are initialisers, and behind such outputs
 * stands a {@code Cast} to a wider type that holds every value of the narrow one, so that nothing
 * is lost between the node and the comparison.
 */
final class VectorModel {
  private VectorModel() {}

  /** Whether tensors of this type cross the border to Java. */
  private static boolean crosses(ElementType type) {
    return switch (type) {
      case FLOAT, FLOAT16, INT8, UINT8, INT16, INT32 -> true;
      default -> false;
    };
  }

  /** The type in which an output of {@code type} is read. */
  static ElementType readAs(ElementType type) {
    if (crosses(type)) {
      return type;
    }
    return switch (type) {
      case UINT16, INT4, UINT4, INT2, UINT2 -> ElementType.INT32;
      default -> ElementType.FLOAT;
    };
  }

  /** Writes and loads the model, whose outputs have the names of the case's. */
  static OnnxModel of(Case test, long opset, Path folder) {
    GraphProto.Builder graph = GraphProto.newBuilder().setName(test.name());
    NodeProto.Builder node = NodeProto.newBuilder().setOpType(test.op());
    test.attributes().forEach((name, value) -> node.addAttribute(integer(name, value)));
    for (Operand input : test.inputs()) {
      node.addInput(input.name());
      if (crosses(input.type())) {
        graph.addInput(declared(input, input.type()));
      } else {
        graph.addInitializer(stored(input));
      }
    }
    NodeProto.Builder cast = NodeProto.newBuilder().setOpType("Cast");
    for (Operand output : test.outputs()) {
      ElementType type = readAs(output.type());
      graph.addOutput(declared(output, type));
      if (type == output.type()) {
        node.addOutput(output.name());
      } else {
        node.addOutput("narrow");
        cast.addInput("narrow").addOutput(output.name()).addAttribute(integer("to", type.code()));
      }
    }
    graph.addNode(node);
    if (cast.getInputCount() > 0) {
      graph.addNode(cast);
    }
    ModelProto model =
        ModelProto.newBuilder()
            .setIrVersion(10)
            .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(opset))
            .setGraph(graph)
            .build();
    try {
      Path file = Files.createTempFile(folder, test.name(), ".onnx");
      Files.write(file, model.toByteArray());
      return OnnxModel.load(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The inputs that are not in the graph. */
  static Map<String, Tensor> feeds(Case test) {
    Map<String, Tensor> feeds = new HashMap<>();
    for (Operand input : test.inputs()) {
      if (crosses(input.type())) {
        Tensor tensor = Tensor.allocate(input.type(), dims(input));
        Elements.Writer writer = Elements.writer(tensor);
        for (int i = 0; i < input.values().size(); i++) {
          writer.put(i, input.values().get(i));
        }
        feeds.put(input.name(), tensor);
      }
    }
    return feeds;
  }

  static long[] dims(Operand operand) {
    return operand.shape().stream().mapToLong(Long::longValue).toArray();
  }

  /**
   * An initialiser: bytes little-endian, and of elements below a byte the first in the low bits.
   */
  private static TensorProto stored(Operand operand) {
    int bits = operand.type().bits();
    List<Integer> codes = operand.codes();
    if (codes.isEmpty()) {
      codes = operand.values().stream().map(Double::intValue).toList();
    }
    byte[] raw = new byte[(codes.size() * bits + 7) / 8];
    for (int i = 0; i < codes.size(); i++) {
      for (int bit = 0; bit < bits; bit++) {
        int at = i * bits + bit;
        raw[at / 8] |= (byte) ((codes.get(i) >> bit & 1) << at % 8);
      }
    }
    return TensorProto.newBuilder()
        .setName(operand.name())
        .setDataType(operand.type().code())
        .addAllDims(operand.shape())
        .setRawData(ByteString.copyFrom(raw))
        .build();
  }

  private static AttributeProto integer(String name, long value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INT)
        .setI(value)
        .build();
  }

  private static ValueInfoProto declared(Operand operand, ElementType type) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    operand.shape().forEach(dim -> shape.addDimBuilder().setDimValue(dim));
    return ValueInfoProto.newBuilder()
        .setName(operand.name())
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder().setElemType(type.code()).setShape(shape)))
        .build();
  }
}
