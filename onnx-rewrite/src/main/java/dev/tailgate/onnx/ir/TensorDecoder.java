package dev.tailgate.onnx.ir;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.tailgate.onnx.proto.TensorProto;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Turns a {@code TensorProto} into a {@link ConstantTensor}, whichever field holds the elements.
 */
final class TensorDecoder {
  private static final List<Integer> TYPED_FIELDS =
      List.of(
          TensorProto.FLOAT_DATA_FIELD_NUMBER,
          TensorProto.INT32_DATA_FIELD_NUMBER,
          TensorProto.INT64_DATA_FIELD_NUMBER,
          TensorProto.DOUBLE_DATA_FIELD_NUMBER,
          TensorProto.UINT64_DATA_FIELD_NUMBER);

  private TensorDecoder() {}

  /** Decodes a tensor wherever it lies; {@code files} is null where external data cannot be. */
  static ConstantTensor decode(TensorProto proto, @Nullable ExternalFiles files, String where) {
    return files != null && ExternalData.isExternal(proto)
        ? ExternalData.resolve(proto, files)
        : fromProto(proto, where);
  }

  /** Decodes a tensor stored inside the model file. */
  static ConstantTensor fromProto(TensorProto proto, String where) {
    ElementType type = ElementType.ofCode(proto.getDataType());
    if (type == ElementType.STRING || type == ElementType.UNDEFINED) {
      // Elements whose layout is not known to this version travel as they came.
      TensorProto rest = proto.toBuilder().clearRawData().build();
      ConstantTensor tensor = new ConstantTensor(rest, new TensorData.Inline(proto.getRawData()));
      checkCount(tensor, where);
      return tensor;
    }
    ByteString raw = proto.hasRawData() ? proto.getRawData() : rawFromTyped(proto, type, where);
    ConstantTensor tensor = new ConstantTensor(header(proto), new TensorData.Inline(raw));
    checkSize(tensor, where);
    return tensor;
  }

  /** Everything but the elements. */
  static TensorProto header(TensorProto proto) {
    TensorProto.Builder header = proto.toBuilder().clearRawData();
    TYPED_FIELDS.forEach(n -> header.clearField(TensorProto.getDescriptor().findFieldByNumber(n)));
    return header.build();
  }

  /** Refuses dimensions that overflow and element bytes that do not match the dimensions. */
  static void checkSize(ConstantTensor tensor, String where) {
    if (tensor.type() == ElementType.UNDEFINED) {
      checkCount(tensor, where);
      return;
    }
    checkSize(tensor, tensor.data().byteLength(), where);
  }

  /** Refuses dimensions that overflow, and texts that are not as many as the dimensions say. */
  private static void checkCount(ConstantTensor tensor, String where) {
    long expected = sizeBy(tensor::elementCount, tensor, where);
    int texts = tensor.header().getStringDataCount();
    if (tensor.type() == ElementType.STRING && expected != texts) {
      throw ModelException.doing("reading a tensor")
          .expected(expected + " texts for " + tensor.type().label() + tensor.dims())
          .found(Integer.toString(texts))
          .where(where + ", tensor " + Printable.of(tensor.name()))
          .fix("The file is damaged; export or download the model again.");
    }
  }

  private static void checkSize(ConstantTensor tensor, long bytes, String where) {
    long expected = expectedBytes(tensor, where);
    if (expected != bytes) {
      throw ModelException.doing("reading a tensor")
          .expected(expected + " bytes for " + tensor.type().label() + tensor.dims())
          .found(bytes + " bytes")
          .where(where + ", tensor " + Printable.of(tensor.name()))
          .fix("The file is damaged; export or download the model again.");
    }
  }

  static long expectedBytes(ConstantTensor tensor, String where) {
    return sizeBy(tensor::expectedBytes, tensor, where);
  }

  private static long sizeBy(LongSupplier size, ConstantTensor tensor, String where) {
    try {
      return size.getAsLong();
    } catch (ArithmeticException e) {
      throw ModelException.doing("reading a tensor")
          .expected("dimensions of 0 or more whose product fits 63 bits")
          .found(tensor.dims().toString())
          .where(where + ", tensor " + Printable.of(tensor.name()))
          .fix("The file is damaged or hostile; export the model again.", e);
    }
  }

  /** The field ONNX prescribes for elements of {@code type} that are not in {@code raw_data}. */
  static int typedField(ElementType type) {
    return switch (type) {
      case FLOAT, COMPLEX64 -> TensorProto.FLOAT_DATA_FIELD_NUMBER;
      case DOUBLE, COMPLEX128 -> TensorProto.DOUBLE_DATA_FIELD_NUMBER;
      case INT64 -> TensorProto.INT64_DATA_FIELD_NUMBER;
      case UINT32, UINT64 -> TensorProto.UINT64_DATA_FIELD_NUMBER;
      default -> TensorProto.INT32_DATA_FIELD_NUMBER;
    };
  }

  static ModelException misplaced(int field, ElementType type, String where) {
    return ModelException.doing("reading a tensor")
        .expected("elements of type " + type.label() + " in their own field")
        .found("elements in field " + field)
        .where(where)
        .fix("The file is damaged; export or download the model again.");
  }

  private static ByteString rawFromTyped(TensorProto proto, ElementType type, String where) {
    int field = typedField(type);
    int count = 0;
    for (int other : TYPED_FIELDS) {
      int elements =
          proto.getRepeatedFieldCount(TensorProto.getDescriptor().findFieldByNumber(other));
      if (elements > 0 && other != field) {
        throw misplaced(other, type, where + ", tensor " + Printable.of(proto.getName()));
      }
      count += elements;
    }
    int width =
        switch (type) {
          case COMPLEX64 -> 4;
          case COMPLEX128 -> 8;
          // Sub-byte types come packed, one byte an entry.
          default -> Math.max(1, type.bits() / 8);
        };
    // Compared before allocating: a few bytes of a hostile file must not ask for gigabytes.
    ConstantTensor unread =
        new ConstantTensor(header(proto), new TensorData.Inline(ByteString.EMPTY));
    checkSize(unread, (long) count * width, where);
    ByteBuffer out = ByteBuffer.allocate(count * width).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < count; i++) {
      switch (field) {
        case TensorProto.FLOAT_DATA_FIELD_NUMBER -> out.putFloat(proto.getFloatData(i));
        case TensorProto.DOUBLE_DATA_FIELD_NUMBER -> out.putDouble(proto.getDoubleData(i));
        case TensorProto.INT64_DATA_FIELD_NUMBER -> out.putLong(proto.getInt64Data(i));
        case TensorProto.UINT64_DATA_FIELD_NUMBER -> putInteger(out, proto.getUint64Data(i), width);
        default -> putInteger(out, proto.getInt32Data(i), width);
      }
    }
    return UnsafeByteOperations.unsafeWrap(out.flip());
  }

  private static void putInteger(ByteBuffer out, long value, int width) {
    switch (width) {
      case 1 -> out.put((byte) value);
      case 2 -> out.putShort((short) value);
      case 4 -> out.putInt((int) value);
      default -> out.putLong(value);
    }
  }
}
