package dev.tailgate.onnx.ir;

import dev.tailgate.onnx.proto.AttributeProto;
import dev.tailgate.onnx.proto.NodeProto;
import java.util.List;
import java.util.Optional;

/** Reads the several ways a {@code Constant} node spells its value. */
final class ConstantNodes {
  private ConstantNodes() {}

  static Optional<ConstantTensor> value(OnnxNode node) {
    if (node.hasAttribute("value")) {
      return node.tensorAttribute("value");
    }
    if (node.hasAttribute("value_float")) {
      return Optional.of(
          ConstantTensor.ofFloats("", List.of(), node.floatAttribute("value_float", 0)));
    }
    if (node.hasAttribute("value_int")) {
      return Optional.of(ConstantTensor.ofLongs("", List.of(), node.intAttribute("value_int", 0)));
    }
    Optional<List<Long>> ints = node.intsAttribute("value_ints");
    if (ints.isPresent()) {
      long[] values = ints.get().stream().mapToLong(Long::longValue).toArray();
      return Optional.of(ConstantTensor.ofLongs("", List.of((long) values.length), values));
    }
    return node.floatsAttribute("value_floats")
        .map(
            floats -> {
              float[] values = new float[floats.size()];
              for (int i = 0; i < values.length; i++) {
                values[i] = floats.get(i);
              }
              return ConstantTensor.ofFloats("", List.of((long) values.length), values);
            });
  }

  /** A {@code Constant} node that makes {@code constant}, where there are no initialisers. */
  static NodeProto node(ConstantTensor constant) {
    return NodeProto.newBuilder()
        .setOpType("Constant")
        .addOutput(constant.name())
        .addAttribute(
            AttributeProto.newBuilder()
                .setName("value")
                .setType(AttributeProto.AttributeType.TENSOR)
                .setT(SessionBytes.inline(constant)))
        .build();
  }
}
