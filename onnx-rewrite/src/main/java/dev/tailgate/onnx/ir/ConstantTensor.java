package dev.tailgate.onnx.ir;

import com.google.protobuf.ByteString;
import dev.tailgate.onnx.proto.TensorProto;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Locale;

/**
 * A named constant: an initialiser, or the tensor of a {@code Constant} node. Elements are read on
 * demand from {@link #data()}; nothing is decoded when the model is loaded.
 */
public final class ConstantTensor {
  private final TensorProto header;
  private final TensorData data;

  /** {@code header} carries name, type, dims and everything but the elements. */
  ConstantTensor(TensorProto header, TensorData data) {
    this.header = header;
    this.data = data;
  }

  /** A float32 tensor; {@code dims} empty makes a scalar. */
  public static ConstantTensor ofFloats(String name, List<Long> dims, float... values) {
    ByteBuffer raw = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
    raw.asFloatBuffer().put(values);
    return of(name, ElementType.FLOAT, dims, raw);
  }

  /**
   * A tensor of a float type, each value rounded to it; {@code dims} empty makes a scalar.
   *
   * @throws IllegalArgumentException for a type that is not float32, float64, float16 or bfloat16
   */
  public static ConstantTensor ofReals(
      String name, ElementType type, List<Long> dims, double... values) {
    ByteBuffer raw =
        ByteBuffer.allocate(values.length * type.bits() / 8).order(ByteOrder.LITTLE_ENDIAN);
    for (double value : values) {
      switch (type) {
        case FLOAT -> raw.putFloat((float) value);
        case DOUBLE -> raw.putDouble(value);
        case FLOAT16 -> raw.putShort(HalfFloat.fromFloat((float) value));
        case BFLOAT16 -> raw.putShort(brainFloat((float) value));
        default -> throw new IllegalArgumentException(type + " is no float type");
      }
    }
    return of(name, type, dims, raw.flip());
  }

  /** The nearest bfloat16, ties to even: the upper half of a float32. NaN stays NaN. */
  private static short brainFloat(float value) {
    int bits = Float.floatToIntBits(value);
    return (short) (Float.isNaN(value) ? 0x7FC0 : (bits + 0x7FFF + ((bits >>> 16) & 1)) >>> 16);
  }

  /** An int64 tensor; {@code dims} empty makes a scalar. */
  public static ConstantTensor ofLongs(String name, List<Long> dims, long... values) {
    ByteBuffer raw = ByteBuffer.allocate(values.length * 8).order(ByteOrder.LITTLE_ENDIAN);
    raw.asLongBuffer().put(values);
    return of(name, ElementType.INT64, dims, raw);
  }

  /**
   * A tensor of an integer type, of elements below a byte too, or of bool, where all but 0 is true.
   *
   * @throws IllegalArgumentException for another type, and for a value that the type does not hold
   */
  public static ConstantTensor ofIntegers(
      String name, ElementType type, List<Long> dims, long... values) {
    int bits = type.bits();
    byte[] raw = new byte[(values.length * bits + 7) / 8];
    for (int i = 0; i < values.length; i++) {
      long value = type == ElementType.BOOL ? (values[i] == 0 ? 0 : 1) : values[i];
      if (!type.holds(value)) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT, "Building constant %s: %d is no %s", name, value, type.label()));
      }
      for (int bit = 0; bit < bits; bit++) {
        int at = i * bits + bit;
        raw[at / 8] |= (byte) ((value >> bit & 1) << at % 8);
      }
    }
    return of(name, type, dims, ByteBuffer.wrap(raw));
  }

  /** A tensor of texts. */
  public static ConstantTensor ofStrings(String name, List<Long> dims, String... values) {
    TensorProto.Builder header =
        TensorProto.newBuilder().setName(name).setDataType(ElementType.STRING.code());
    header.addAllDims(dims);
    for (String value : values) {
      header.addStringData(ByteString.copyFromUtf8(value));
    }
    ConstantTensor tensor =
        new ConstantTensor(header.build(), new TensorData.Inline(ByteString.EMPTY));
    if (tensor.elementCount() != values.length) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Building constant %s: needs %d texts, found %d",
              tensor,
              tensor.elementCount(),
              values.length));
    }
    return tensor;
  }

  /** A one-element 8-bit tensor without dimensions, as zero points are stored. */
  public static ConstantTensor ofByte(String name, ElementType type, int value) {
    return of(name, type, List.of(), ByteBuffer.allocate(1).put(0, (byte) value));
  }

  /** A tensor over the remaining bytes of {@code raw}, which are copied. */
  public static ConstantTensor of(String name, ElementType type, List<Long> dims, ByteBuffer raw) {
    TensorProto header =
        TensorProto.newBuilder().setName(name).setDataType(type.code()).addAllDims(dims).build();
    return requireSize(new ConstantTensor(header, new TensorData.Inline(ByteString.copyFrom(raw))));
  }

  /**
   * A tensor whose elements lie in a file, as a pass writes them that changes weights too large for
   * the heap.
   */
  public static ConstantTensor ofSlice(
      String name, ElementType type, List<Long> dims, TensorData.Slice slice) {
    TensorProto header =
        TensorProto.newBuilder().setName(name).setDataType(type.code()).addAllDims(dims).build();
    return requireSize(new ConstantTensor(header, slice));
  }

  private static ConstantTensor requireSize(ConstantTensor tensor) {
    if (tensor.expectedBytes() != tensor.data.byteLength()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Building constant %s: needs %d bytes, found %d",
              tensor,
              tensor.expectedBytes(),
              tensor.data.byteLength()));
    }
    return tensor;
  }

  /** The same tensor under another name. */
  ConstantTensor named(String name) {
    return new ConstantTensor(header.toBuilder().setName(name).build(), data);
  }

  /**
   * The same values in float32, of a tensor of 16-bit floats; converted when they are read.
   *
   * @throws IllegalArgumentException for another type
   */
  ConstantTensor widened() {
    return new ConstantTensor(
        header.toBuilder().setDataType(ElementType.FLOAT.code()).build(),
        new TensorData.Widened(data, type()));
  }

  /** The value name; empty for the tensor of a {@code Constant} node. */
  public String name() {
    return header.getName();
  }

  /** The element type. */
  public ElementType type() {
    return ElementType.ofCode(header.getDataType());
  }

  /** The dimensions; empty for a scalar. */
  public List<Long> dims() {
    return header.getDimsList();
  }

  /** Where the elements lie. */
  public TensorData data() {
    return data;
  }

  TensorProto header() {
    return header;
  }

  /**
   * Product of the dimensions, 1 for a scalar.
   *
   * @throws ArithmeticException when the product exceeds 2^63 - 1 or a dimension is negative
   */
  public long elementCount() {
    long count = 1;
    for (long dim : header.getDimsList()) {
      if (dim < 0) {
        throw new ArithmeticException("negative dimension " + dim);
      }
      count = Math.multiplyExact(count, dim);
    }
    return count;
  }

  /** Bytes that {@link #elementCount()} elements take in raw storage; sub-byte types are packed. */
  long expectedBytes() {
    long bits = Math.multiplyExact(elementCount(), (long) type().bits());
    return bits / 8 + (bits % 8 == 0 ? 0 : 1);
  }

  /**
   * All elements as doubles; for constants a rule looks into, not for weights.
   *
   * @throws IllegalStateException when there are more than {@code limit} elements
   */
  public double[] toDoubles(int limit) {
    long count = elementCount();
    if (count > limit) {
      throw new IllegalStateException(name() + " has " + count + " elements, limit " + limit);
    }
    double[] values = new double[(int) count];
    int[] next = {0};
    ElementReader.forEach(this, v -> values[next[0]++] = v);
    return values;
  }

  /** All elements as longs, for shapes and axes; float values are truncated. */
  public long[] toLongs(int limit) {
    if (type() == ElementType.INT64) {
      long count = elementCount();
      if (count > limit) {
        throw new IllegalStateException(name() + " has " + count + " elements, limit " + limit);
      }
      long[] exact = new long[(int) count];
      data.read(0, Math.multiplyExact((int) count, 8)).asLongBuffer().get(exact);
      return exact;
    }
    double[] values = toDoubles(limit);
    long[] longs = new long[values.length];
    for (int i = 0; i < values.length; i++) {
      longs[i] = (long) values[i];
    }
    return longs;
  }

  @Override
  public String toString() {
    return Printable.of(name()) + ":" + type().label() + dims();
  }
}
