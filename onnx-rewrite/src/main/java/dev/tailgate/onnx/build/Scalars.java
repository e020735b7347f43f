package dev.tailgate.onnx.build;

import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.ElementType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Constants without dimensions, of the types that rules compute with. */
final class Scalars {
  private Scalars() {}

  /**
   * The scalar {@code value}; integers are truncated, a bool is true unless 0.
   *
   * @throws IllegalArgumentException for other types than floats, integers and bool
   */
  static ConstantTensor of(String name, ElementType type, double value) {
    return switch (type) {
      case BOOL -> ConstantTensor.ofByte(name, type, value == 0 ? 0 : 1);
      case INT32 ->
          ConstantTensor.of(
              name,
              type,
              List.of(),
              ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt((int) value).flip());
      case INT64 -> ConstantTensor.ofLongs(name, List.of(), (long) value);
      default ->
          type.isFloat()
              ? ConstantTensor.ofReals(name, type, List.of(), value)
              : ConstantTensor.ofIntegers(name, type, List.of(), (long) value);
    };
  }
}
