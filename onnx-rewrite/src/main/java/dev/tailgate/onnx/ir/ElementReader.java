package dev.tailgate.onnx.ir;

import java.nio.ByteBuffer;
import java.util.function.DoubleConsumer;

/** Decodes constants to doubles in chunks of bounded size, whatever the size of the tensor. */
public final class ElementReader {
  private static final int CHUNK_BYTES = 1 << 20;

  private ElementReader() {}

  /**
   * Calls {@code consumer} with each element in storage order.
   *
   * @throws ModelException for element types that are not numbers of 8 bits or more
   */
  public static void forEach(ConstantTensor tensor, DoubleConsumer consumer) {
    int width = tensor.type().bits() / 8;
    if (width == 0 || tensor.type() == ElementType.STRING) {
      throw ModelException.doing("reading constant " + Printable.of(tensor.name()))
          .expected("elements of at least 8 bits")
          .found(tensor.type().label())
          .fix("Leave this tensor out of the selection.");
    }
    long bytes = tensor.data().byteLength();
    for (long at = 0; at < bytes; at += CHUNK_BYTES) {
      int length = (int) Math.min(CHUNK_BYTES, bytes - at);
      ByteBuffer chunk = tensor.data().read(at, length);
      while (chunk.remaining() >= width) {
        consumer.accept(next(chunk, tensor.type()));
      }
    }
  }

  private static double next(ByteBuffer in, ElementType type) {
    return switch (type) {
      case FLOAT -> in.getFloat();
      case DOUBLE -> in.getDouble();
      case FLOAT16 -> HalfFloat.toFloat(in.getShort());
      case BFLOAT16 -> Float.intBitsToFloat(in.getShort() << 16);
      case INT64, UINT64 -> in.getLong();
      case INT32 -> in.getInt();
      case UINT32 -> in.getInt() & 0xFFFF_FFFFL;
      case INT16 -> in.getShort();
      case UINT16 -> in.getShort() & 0xFFFF;
      case INT8 -> in.get();
      case UINT8, BOOL -> in.get() & 0xFF;
      default ->
          throw ModelException.doing("reading a constant")
              .expected("a number type")
              .found(type.label())
              .fix("Leave this tensor out of the selection.");
    };
  }
}
