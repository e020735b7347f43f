package dev.tailgate.onnx.ir;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import com.google.protobuf.WireFormat;
import dev.tailgate.onnx.proto.TensorProto;
import java.nio.ByteBuffer;

/**
 * Reads a tensor out of a span of the mapped model file. Its elements stay there, be they {@code
 * raw_data} or packed {@code float_data} or {@code double_data}, whose wire form is the same
 * little-endian array.
 */
final class TensorSpan {
  private final ExternalFiles files;
  private final ExternalFiles.Located file;
  private final ByteBuffer bytes;

  TensorSpan(ExternalFiles files, ExternalFiles.Located file, ByteBuffer bytes) {
    this.files = files;
    this.file = file;
    this.bytes = bytes;
  }

  ConstantTensor read(int from, int to) throws InvalidProtocolBufferException {
    WireCursor cursor = new WireCursor(bytes, from, to);
    TensorProto.Builder header = TensorProto.newBuilder();
    int elementFields = 0;
    int field = 0;
    int begin = 0;
    int end = 0;
    int pending = from;
    while (!cursor.atEnd()) {
      int start = cursor.position();
      int tag = cursor.tag();
      if (isElements(tag)) {
        WireParser.merge(bytes, pending, start, header);
        int length = cursor.payload();
        end = cursor.position();
        begin = end - length;
        pending = end;
        field = WireFormat.getTagFieldNumber(tag);
        elementFields++;
      } else {
        cursor.skip(tag);
      }
    }
    WireParser.merge(bytes, pending, to, header);
    TensorProto rest = header.build();
    if (elementFields > 1 || (elementFields == 1 && hasTypedElements(rest))) {
      // Legal on the wire, written by no exporter: pieces to be joined, or a field given twice.
      TensorProto.Builder whole = TensorProto.newBuilder();
      WireParser.merge(bytes, from, to, whole);
      return TensorDecoder.decode(whole.build(), files, where());
    }
    return elementFields == 0 || ExternalData.isExternal(rest)
        ? TensorDecoder.decode(rest, files, where())
        : sliced(rest, field, begin, end);
  }

  private static boolean hasTypedElements(TensorProto tensor) {
    return TensorDecoder.header(tensor).getSerializedSize() != tensor.getSerializedSize();
  }

  private static boolean isElements(int tag) {
    int field = WireFormat.getTagFieldNumber(tag);
    return WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED
        && (field == TensorProto.RAW_DATA_FIELD_NUMBER
            || field == TensorProto.FLOAT_DATA_FIELD_NUMBER
            || field == TensorProto.DOUBLE_DATA_FIELD_NUMBER);
  }

  private ConstantTensor sliced(TensorProto header, int field, int begin, int end) {
    ElementType type = ElementType.ofCode(header.getDataType());
    if (field != TensorProto.RAW_DATA_FIELD_NUMBER && field != TensorDecoder.typedField(type)) {
      throw TensorDecoder.misplaced(
          field, type, where() + ", tensor " + Printable.of(header.getName()));
    }
    ConstantTensor tensor = new ConstantTensor(header, data(begin, end));
    TensorDecoder.checkSize(tensor, where());
    return tensor;
  }

  /** Scalars and shapes are read by every rule: they are kept in memory, not behind a file. */
  private TensorData data(int begin, int end) {
    if (end - begin >= ModelWriter.REFERENCE_BYTES) {
      return new TensorData.Slice(file.file(), begin, (long) end - begin, file.stamp());
    }
    byte[] copy = new byte[end - begin];
    bytes.get(begin, copy);
    return new TensorData.Inline(UnsafeByteOperations.unsafeWrap(copy));
  }

  private String where() {
    return files.model().toString();
  }
}
