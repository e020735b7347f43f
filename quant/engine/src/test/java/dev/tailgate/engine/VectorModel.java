package dev.tailgate.engine;

import dev.tailgate.engine.QuantizeVectors.Case;
import dev.tailgate.engine.QuantizeVectors.Operand;
import dev.tailgate.engine.tensor.Elements;
import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.onnx.build.GraphBuilder;
import dev.tailgate.onnx.build.Operator;
import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.Dim;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.OnnxModel;
import dev.tailgate.onnx.ir.ValueInfo;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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

  /** The model, whose outputs have the names of the case's. */
  static OnnxModel of(Case test, long opset) {
    GraphBuilder g = GraphBuilder.on(OnnxModel.blank(opset));
    Value[] inputs =
        test.inputs().stream()
            .map(
                input ->
                    crosses(input.type())
                        ? g.input(declared(input, input.type()))
                        : g.constant(stored(input)))
            .toArray(Value[]::new);
    Operator node = g.node(test.op(), inputs);
    test.attributes().forEach(node::with);
    List<Value> outputs = node.values(test.outputs().size());
    for (int i = 0; i < outputs.size(); i++) {
      Operand output = test.outputs().get(i);
      ElementType type = readAs(output.type());
      boolean isRead = type == output.type();
      g.output(declared(output, type), isRead ? outputs.get(i) : outputs.get(i).cast(type));
    }
    return g.model();
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

  /** An initialiser: the codes as they are, or the values of an integer type. */
  private static ConstantTensor stored(Operand operand) {
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
    return ConstantTensor.of(operand.name(), operand.type(), operand.shape(), ByteBuffer.wrap(raw));
  }

  private static ValueInfo declared(Operand operand, ElementType type) {
    return new ValueInfo(operand.name(), type, Optional.of(Dim.sizes(dims(operand))));
  }
}
