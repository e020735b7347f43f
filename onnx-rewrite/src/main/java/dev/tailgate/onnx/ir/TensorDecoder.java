package dev.tailgate.onnx.ir;

import com.google.protobuf.ByteString;
import dev.tailgate.onnx.proto.TensorProto;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Turns a {@code TensorProto} into a {@link ConstantTensor}, whichever field holds the elements.
 */
final class TensorDecoder {
  private TensorDecoder() {}

  /** Decodes a tensor stored inside the model file; external tensors are the reader's business. */
  static ConstantTensor fromProto(TensorProto proto, String where) {
    ElementType type = ElementType.ofCode(proto.getDataType());
    TensorProto header = header(proto);
    if (type == ElementType.STRING || type == ElementType.UNDEFINED) {
      return new ConstantTensor(proto, new TensorData.Inline(ByteString.EMPTY));
    }
    ByteString raw = proto.hasRawData() ? proto.getRawData() : rawFromTyped(proto, type);
    ConstantTensor tensor = new ConstantTensor(header, new TensorData.Inline(raw));
    checkSize(tensor, where);
    return tensor;
  }

  /** Everything but the elements. */
  static TensorProto header(TensorProto proto) {
    return proto.toBuilder()
        .clearRawData()
        .clearFloatData()
        .clearInt32Data()
        .clearInt64Data()
        .clearDoubleData()
        .clearUint64Data()
        .build();
  }

  /** Refuses dimensions that overflow and element bytes that do not match the dimensions. */
  static void checkSize(ConstantTensor tensor, String where) {
    long expected;
    try {
      expected = tensor.expectedBytes();
    } catch (ArithmeticException e) {
      throw ModelException.doing("reading a tensor")
          .expected("dimensions whose product fits 63 bits")
          .found(tensor.dims().toString())
          .where(where + ", tensor " + tensor.name())
          .fix("The file is damaged or hostile; export the model again.", e);
    }
    if (expected != tensor.data().byteLength()) {
      throw ModelException.doing("reading a tensor")
          .expected(expected + " bytes for " + tensor.type().label() + tensor.dims())
          .found(tensor.data().byteLength() + " bytes")
          .where(where + ", tensor " + tensor.name())
          .fix("The file is damaged; export or download the model again.");
    }
  }

  private static ByteString rawFromTyped(TensorProto proto, ElementType type) {
    int count =
        proto.getFloatDataCount()
            + proto.getInt32DataCount()
            + proto.getInt64DataCount()
            + proto.getDoubleDataCount()
            + proto.getUint64DataCount();
    int width = Math.max(1, type.bits() / 8);
    ByteBuffer out =
        ByteBuffer.allocate(Math.multiplyExact(count, width)).order(ByteOrder.LITTLE_ENDIAN);
    proto.getFloatDataList().forEach(out::putFloat);
    proto.getDoubleDataList().forEach(out::putDouble);
    proto.getInt64DataList().forEach(out::putLong);
    for (long value : proto.getUint64DataList()) {
      putInteger(out, value, width);
    }
    for (int value : proto.getInt32DataList()) {
      putInteger(out, value, width);
    }
    return ByteString.copyFrom(out.flip());
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
