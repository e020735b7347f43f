package dev.tailgate.engine.tensor;

import dev.tailgate.onnx.ir.ElementType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Locale;

/**
 * A dense tensor outside any runtime: element type, shape, and elements in native byte order.
 * Inputs are best held in a direct buffer, which a runtime reads where it lies. The buffer is not
 * copied; treat it as read-only once the tensor is built.
 *
 * @param shape dimensions, outermost first; empty for a scalar
 * @param data position 0, limit = elements x width, native order
 */
public record Tensor(ElementType type, long[] shape, ByteBuffer data) {
  /** Refuses buffers whose size does not fit type and shape. */
  public Tensor {
    long bytes = Math.multiplyExact(count(shape), (long) type.bits()) / 8;
    if (data.remaining() != bytes) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Tensor %s%s needs %d bytes, found %d",
              type,
              Arrays.toString(shape),
              bytes,
              data.remaining()));
    }
    shape = shape.clone();
    data = data.slice().order(ByteOrder.nativeOrder());
  }

  private static long count(long[] shape) {
    long count = 1;
    for (long dim : shape) {
      count = Math.multiplyExact(count, dim);
    }
    return count;
  }

  /** A zeroed tensor to be filled by the caller before it is passed on. */
  public static Tensor allocate(ElementType type, long... shape) {
    long bytes = Math.multiplyExact(count(shape), (long) type.bits()) / 8;
    return new Tensor(type, shape, ByteBuffer.allocateDirect(Math.toIntExact(bytes)));
  }

  /** An int64 tensor with a copy of {@code values}. */
  public static Tensor ofLongs(long[] values, long... shape) {
    Tensor tensor = allocate(ElementType.INT64, shape);
    tensor.data().asLongBuffer().put(values);
    return tensor;
  }

  /** A float32 tensor with a copy of {@code values}. */
  public static Tensor ofFloats(float[] values, long... shape) {
    Tensor tensor = allocate(ElementType.FLOAT, shape);
    tensor.data().asFloatBuffer().put(values);
    return tensor;
  }

  /** A copy of the shape. */
  @Override
  public long[] shape() {
    return shape.clone();
  }

  /** A view of the elements with a position of its own. */
  @Override
  public ByteBuffer data() {
    return data.duplicate().order(ByteOrder.nativeOrder());
  }

  /** Number of dimensions. */
  public int rank() {
    return shape.length;
  }

  /** Size of dimension {@code axis}; negative axes count from the end. */
  public long dim(int axis) {
    return shape[axis < 0 ? shape.length + axis : axis];
  }

  /** Number of elements. */
  public int elementCount() {
    return Math.toIntExact(count(shape));
  }

  /** The same elements without the first axis, which has size 1. */
  public Tensor withoutFirstAxis() {
    return new Tensor(type, Arrays.copyOfRange(shape, 1, shape.length), data);
  }

  /** A heap copy of a float32 tensor. */
  public float[] toFloats() {
    if (type != ElementType.FLOAT) {
      throw new IllegalStateException("Tensor is " + type + ", not FLOAT");
    }
    float[] values = new float[elementCount()];
    data().asFloatBuffer().get(values);
    return values;
  }

  /** A heap copy of an int64 tensor. */
  public long[] toLongs() {
    if (type != ElementType.INT64) {
      throw new IllegalStateException("Tensor is " + type + ", not INT64");
    }
    long[] values = new long[elementCount()];
    data().asLongBuffer().get(values);
    return values;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Tensor tensor
        && tensor.type == type
        && Arrays.equals(tensor.shape, shape)
        && tensor.data.equals(data);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(shape) + type.hashCode();
  }

  @Override
  public String toString() {
    return type.label() + Arrays.toString(shape);
  }
}
