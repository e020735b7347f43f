package dev.tailgate.engine.tensor;

import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.HalfFloat;
import java.nio.ByteBuffer;

/**
 * Reads and writes single elements of any numeric tensor as doubles. Integers beyond 2^53 lose
 * digits; token ids, labels and activations are far below.
 */
public final class Elements {
  /** Stores an element. */
  @FunctionalInterface
  public interface Writer {
    /** Stores {@code value}, rounded or truncated to the element type, at {@code index}. */
    void put(int index, double value);
  }

  /** Loads an element. */
  @FunctionalInterface
  public interface Reader {
    /** The element at {@code index}. */
    double get(int index);
  }

  private Elements() {}

  /** Writes into {@code tensor}, in row-major order. */
  public static Writer writer(Tensor tensor) {
    ByteBuffer data = tensor.data();
    return switch (tensor.type()) {
      case FLOAT -> (i, v) -> data.putFloat(i * 4, (float) v);
      case DOUBLE -> (i, v) -> data.putDouble(i * 8, v);
      case FLOAT16 -> (i, v) -> data.putShort(i * 2, HalfFloat.fromFloat((float) v));
      case BFLOAT16 -> (i, v) -> data.putShort(i * 2, toBfloat16((float) v));
      case INT64, UINT64 -> (i, v) -> data.putLong(i * 8, (long) v);
      case INT32, UINT32 -> (i, v) -> data.putInt(i * 4, (int) (long) v);
      case INT16, UINT16 -> (i, v) -> data.putShort(i * 2, (short) (long) v);
      case INT8, UINT8, BOOL -> (i, v) -> data.put(i, (byte) (long) v);
      default -> throw unsupported(tensor.type());
    };
  }

  /** Reads from {@code tensor}, in row-major order. */
  public static Reader reader(Tensor tensor) {
    ByteBuffer data = tensor.data();
    return switch (tensor.type()) {
      case FLOAT -> i -> data.getFloat(i * 4);
      case DOUBLE -> i -> data.getDouble(i * 8);
      case FLOAT16 -> i -> HalfFloat.toFloat(data.getShort(i * 2));
      case BFLOAT16 -> i -> Float.intBitsToFloat(data.getShort(i * 2) << 16);
      case INT64, UINT64 -> i -> data.getLong(i * 8);
      case INT32 -> i -> data.getInt(i * 4);
      case UINT32 -> i -> Integer.toUnsignedLong(data.getInt(i * 4));
      case INT16 -> i -> data.getShort(i * 2);
      case UINT16 -> i -> Short.toUnsignedInt(data.getShort(i * 2));
      case INT8, BOOL -> i -> data.get(i);
      case UINT8 -> i -> Byte.toUnsignedInt(data.get(i));
      default -> throw unsupported(tensor.type());
    };
  }

  /** Whether {@link #reader} and {@link #writer} know the type. */
  public static boolean knows(ElementType type) {
    return switch (type) {
      case FLOAT, DOUBLE, FLOAT16, BFLOAT16, INT64, UINT64, INT32, UINT32 -> true;
      case INT16, UINT16, INT8, UINT8, BOOL -> true;
      default -> false;
    };
  }

  /** All elements as float32; doubles are rounded to nearest. */
  public static float[] toFloats(Tensor tensor) {
    float[] values = new float[tensor.elementCount()];
    if (tensor.type() == ElementType.FLOAT) {
      tensor.data().asFloatBuffer().get(values);
      return values;
    }
    Reader reader = reader(tensor);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) reader.get(i);
    }
    return values;
  }

  /** Nearest bfloat16, ties to even; NaN stays NaN. */
  private static short toBfloat16(float value) {
    int bits = Float.floatToIntBits(value);
    if (Float.isNaN(value)) {
      return (short) (bits >>> 16);
    }
    return (short) ((bits + 0x7FFF + ((bits >>> 16) & 1)) >>> 16);
  }

  private static IllegalArgumentException unsupported(ElementType type) {
    return new IllegalArgumentException("No element access for tensors of type " + type.label());
  }
}
