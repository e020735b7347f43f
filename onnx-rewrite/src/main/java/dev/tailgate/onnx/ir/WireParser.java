package dev.tailgate.onnx.ir;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.UnsafeByteOperations;
import com.google.protobuf.WireFormat;
import dev.tailgate.onnx.proto.GraphProto;
import dev.tailgate.onnx.proto.ModelProto;
import dev.tailgate.onnx.proto.TensorProto;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Walks the three nested messages model, graph and initialiser field by field. Everything but the
 * elements of initialisers goes to the generated parser (unknown fields included); for the elements
 * only their position in the file is kept, be they {@code raw_data} or packed {@code float_data} or
 * {@code double_data}, whose wire form is the same little-endian array.
 */
final class WireParser {
  private final ExternalFiles files;
  private final ExternalFiles.Located file;
  private final ByteString bytes;
  private final ModelProto.Builder shell = ModelProto.newBuilder();
  private final GraphProto.Builder graph = GraphProto.newBuilder();
  private final List<ConstantTensor> initializers = new ArrayList<>();
  private boolean hasGraph;

  /** {@code bytes} are the contents of {@code file}. */
  WireParser(ExternalFiles files, ExternalFiles.Located file, ByteString bytes) {
    this.files = files;
    this.file = file;
    this.bytes = bytes;
  }

  ModelProto shell() {
    return shell.build();
  }

  GraphProto graph() {
    return graph.build();
  }

  List<ConstantTensor> initializers() {
    return initializers;
  }

  boolean hasGraph() {
    return hasGraph;
  }

  void parse() throws InvalidProtocolBufferException {
    try {
      walk(0, bytes.size(), ModelProto.GRAPH_FIELD_NUMBER, shell, this::parseGraph);
    } catch (InvalidProtocolBufferException e) {
      throw e;
    } catch (IOException e) {
      throw new InvalidProtocolBufferException(e);
    }
  }

  private void parseGraph(int from, int to) throws IOException {
    hasGraph = true;
    walk(from, to, GraphProto.INITIALIZER_FIELD_NUMBER, graph, this::parseInitializer);
  }

  private interface Span {
    void accept(int from, int to) throws IOException;
  }

  /** Hands each {@code special} length-delimited field to {@code span}, merges the rest. */
  private void walk(int from, int to, int special, MessageLite.Builder rest, Span span)
      throws IOException {
    CodedInputStream in = open(from, to);
    int pending = from;
    while (true) {
      int start = from + in.getTotalBytesRead();
      int tag = in.readTag();
      if (tag == 0) {
        merge(rest, pending, to);
        return;
      }
      if (WireFormat.getTagFieldNumber(tag) == special
          && WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED) {
        merge(rest, pending, start);
        int length = skipPayload(in);
        pending = from + in.getTotalBytesRead();
        span.accept(pending - length, pending);
      } else if (!in.skipField(tag)) {
        throw new InvalidProtocolBufferException("unexpected end-of-group tag");
      }
    }
  }

  /** Skips a length-delimited payload; the stream refuses negative and overlong lengths. */
  private static int skipPayload(CodedInputStream in) throws IOException {
    int length = in.readRawVarint32();
    in.skipRawBytes(length);
    return length;
  }

  private CodedInputStream open(int from, int to) {
    CodedInputStream in = bytes.substring(from, to).newCodedInput();
    in.enableAliasing(true);
    in.setSizeLimit(Integer.MAX_VALUE);
    return in;
  }

  private void merge(MessageLite.Builder into, int from, int to) throws IOException {
    if (to > from) {
      CodedInputStream in = open(from, to);
      into.mergeFrom(in);
      in.checkLastTagWas(0);
    }
  }

  private void parseInitializer(int from, int to) throws IOException {
    CodedInputStream in = open(from, to);
    TensorProto.Builder header = TensorProto.newBuilder();
    int elementFields = 0;
    int field = 0;
    int begin = 0;
    int end = 0;
    int pending = from;
    int tag;
    do {
      int start = from + in.getTotalBytesRead();
      tag = in.readTag();
      if (tag == 0 || isElements(tag)) {
        merge(header, pending, start);
      }
      if (isElements(tag)) {
        int length = skipPayload(in);
        end = from + in.getTotalBytesRead();
        begin = end - length;
        pending = end;
        field = WireFormat.getTagFieldNumber(tag);
        elementFields++;
      } else if (tag != 0 && !in.skipField(tag)) {
        throw new InvalidProtocolBufferException("unexpected end-of-group tag");
      }
    } while (tag != 0);
    TensorProto rest = header.build();
    if (elementFields > 1 || (elementFields == 1 && hasTypedElements(rest))) {
      // Legal on the wire, written by no exporter: pieces to be joined, or a field given twice.
      TensorProto.Builder whole = TensorProto.newBuilder();
      merge(whole, from, to);
      initializers.add(TensorDecoder.decode(whole.build(), files, where()));
    } else if (elementFields == 0 || ExternalData.isExternal(rest)) {
      initializers.add(TensorDecoder.decode(rest, files, where()));
    } else {
      initializers.add(sliced(rest, field, begin, end));
    }
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
    // Scalars and shapes are read by every rule: keep them in memory rather than behind a file.
    TensorData data =
        end - begin >= ModelWriter.REFERENCE_BYTES
            ? new TensorData.Slice(file.file(), begin, (long) end - begin, file.stamp())
            : new TensorData.Inline(
                UnsafeByteOperations.unsafeWrap(bytes.substring(begin, end).toByteArray()));
    ConstantTensor tensor = new ConstantTensor(header, data);
    TensorDecoder.checkSize(tensor, where());
    return tensor;
  }

  private String where() {
    return files.model().toString();
  }
}
