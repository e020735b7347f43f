package dev.tailgate.onnx.ir;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.function.Consumer;
import java.util.function.DoubleConsumer;

/** Decodes constants in blocks of bounded size, whatever the size of the tensor. */
public final class ElementReader {
  /** Elements of a block at most: small enough for the second-level cache, with its decoding. */
  private static final int BLOCK = 1 << 16;

  private ElementReader() {}

  /**
   * Calls {@code consumer} with each element in storage order; 64-bit integers round to the nearest
   * double.
   *
   * @throws ModelException for element types that are not numbers of 8 bits or more
   */
  public static void forEach(ConstantTensor tensor, DoubleConsumer consumer) {
    ElementType type = tensor.type();
    int width = width(tensor);
    forEachBlock(
        tensor.data(),
        width,
        block -> {
          while (block.remaining() >= width) {
            consumer.accept(next(block, type));
          }
        });
  }

  /**
   * Delivers the elements in storage order as blocks of at most 65536 floats; what a float cannot
   * hold is rounded to the nearest one, so a double beyond its range becomes an infinity.
   *
   * @throws ModelException for element types that are not numbers of 8 bits or more
   */
  public static void forEachChunk(ConstantTensor tensor, FloatChunk chunk) {
    ElementType type = tensor.type();
    int width = width(tensor);
    float[] values = new float[(int) Math.min(BLOCK, tensor.data().byteLength() / width)];
    forEachBlock(
        tensor.data(),
        width,
        block -> {
          int count = block.remaining() / width;
          decode(block, type, values, count);
          chunk.accept(values, count);
        });
  }

  /**
   * Smallest and largest finite element, with NaN and infinities counted apart.
   *
   * @throws ModelException for element types that are not numbers of 8 bits or more
   */
  public static MinMax range(ConstantTensor tensor) {
    RangeScan scan = new RangeScan();
    // A float holds what these types hold exactly; 32-bit integers and doubles it would round.
    if (tensor.type() == ElementType.FLOAT) {
      int[] bits = new int[(int) Math.min(BLOCK, tensor.data().byteLength() / 4)];
      forEachBlock(
          tensor.data(),
          4,
          block -> {
            int count = block.remaining() / 4;
            block.asIntBuffer().get(bits, 0, count);
            scan.acceptBits(bits, count);
          });
    } else if (tensor.type().bits() <= 16) {
      forEachChunk(tensor, scan::accept);
    } else {
      forEach(tensor, scan::accept);
    }
    return scan.result();
  }

  private static int width(ConstantTensor tensor) {
    return switch (tensor.type()) {
      case FLOAT, INT32, UINT32 -> 4;
      case DOUBLE, INT64, UINT64 -> 8;
      case FLOAT16, BFLOAT16, INT16, UINT16 -> 2;
      case INT8, UINT8, BOOL -> 1;
      default ->
          throw ModelException.doing("reading constant " + Printable.of(tensor.name()))
              .expected("real numbers of at least 8 bits in a standard format")
              .found(tensor.type().label())
              .fix("Leave this tensor out of the selection.");
    };
  }

  private static void forEachBlock(TensorData data, int width, Consumer<ByteBuffer> action) {
    long bytes = data.byteLength();
    int step = BLOCK * width;
    if (data instanceof TensorData.Slice slice) {
      try (FileChannel channel = slice.open()) {
        ByteBuffer buffer = ByteBuffer.allocateDirect((int) Math.min(step, bytes));
        buffer.order(ByteOrder.LITTLE_ENDIAN);
        for (long at = 0; at < bytes; at += step) {
          buffer.clear().limit((int) Math.min(step, bytes - at));
          TensorData.Slice.readFully(channel, slice.offset() + at, buffer);
          action.accept(buffer.flip());
        }
      } catch (IOException e) {
        throw new UncheckedIOException("Reading weights from " + slice.file(), e);
      }
    } else {
      for (long at = 0; at < bytes; at += step) {
        action.accept(data.read(at, (int) Math.min(step, bytes - at)));
      }
    }
  }

  private static void decode(ByteBuffer in, ElementType type, float[] out, int count) {
    if (type == ElementType.FLOAT) {
      in.asFloatBuffer().get(out, 0, count);
    } else if (type == ElementType.FLOAT16) {
      for (int i = 0; i < count; i++) {
        out[i] = HalfFloat.toFloat(in.getShort(2 * i));
      }
    } else if (type == ElementType.BFLOAT16) {
      for (int i = 0; i < count; i++) {
        out[i] = Float.intBitsToFloat(in.getShort(2 * i) << 16);
      }
    } else if (type == ElementType.INT8) {
      for (int i = 0; i < count; i++) {
        out[i] = in.get(i);
      }
    } else {
      for (int i = 0; i < count; i++) {
        out[i] = (float) next(in, type);
      }
    }
  }

  private static double next(ByteBuffer in, ElementType type) {
    return switch (type) {
      case FLOAT -> in.getFloat();
      case DOUBLE -> in.getDouble();
      case FLOAT16 -> HalfFloat.toFloat(in.getShort());
      case BFLOAT16 -> Float.intBitsToFloat(in.getShort() << 16);
      case INT64 -> in.getLong();
      case UINT64 -> unsigned(in.getLong());
      case INT32 -> in.getInt();
      case UINT32 -> in.getInt() & 0xFFFF_FFFFL;
      case INT16 -> in.getShort();
      case UINT16 -> in.getShort() & 0xFFFF;
      case INT8 -> in.get();
      case UINT8, BOOL -> in.get() & 0xFF;
      default -> throw new IllegalStateException("width() lets no " + type + " through");
    };
  }

  /** Halving keeps the last bit as a sticky one, so that the result is rounded once only. */
  private static double unsigned(long value) {
    return value >= 0 ? value : ((value >>> 1) | (value & 1)) * 2.0;
  }
}
