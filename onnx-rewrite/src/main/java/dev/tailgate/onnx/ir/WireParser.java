package dev.tailgate.onnx.ir;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.WireFormat;
import dev.tailgate.onnx.proto.GraphProto;
import dev.tailgate.onnx.proto.ModelProto;
import dev.tailgate.onnx.proto.TensorProto;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Walks the three nested messages model, graph and initialiser field by field. Everything but the
 * elements of initialisers goes to the generated parser (unknown fields included); for the elements
 * only their position in the file is kept, be they {@code raw_data} or packed {@code float_data} or
 * {@code double_data}, whose wire form is the same little-endian array.
 */
final class WireParser {
  private final Path path;
  private final ByteString bytes;
  private final ModelProto.Builder shell = ModelProto.newBuilder();
  private final GraphProto.Builder graph = GraphProto.newBuilder();
  private final List<ConstantTensor> initializers = new ArrayList<>();
  private boolean hasGraph;

  WireParser(Path path, ByteString bytes) {
    this.path = path;
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
    CodedInputStream in = ModelReader.open(bytes.substring(from, to));
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
        int length = in.readRawVarint32();
        int begin = from + in.getTotalBytesRead();
        in.skipRawBytes(length);
        pending = begin + length;
        span.accept(begin, pending);
      } else if (!in.skipField(tag)) {
        throw new InvalidProtocolBufferException("unexpected end-of-group tag");
      }
    }
  }

  private void merge(MessageLite.Builder into, int from, int to)
      throws InvalidProtocolBufferException {
    if (to > from) {
      try {
        into.mergeFrom(ModelReader.open(bytes.substring(from, to)));
      } catch (InvalidProtocolBufferException e) {
        throw e;
      } catch (IOException e) {
        throw new InvalidProtocolBufferException(e);
      }
    }
  }

  private void parseInitializer(int from, int to) throws IOException {
    CodedInputStream in = ModelReader.open(bytes.substring(from, to));
    TensorProto.Builder header = TensorProto.newBuilder();
    TensorData.@Nullable Slice elements = null;
    int pending = from;
    int tag;
    do {
      int start = from + in.getTotalBytesRead();
      tag = in.readTag();
      if (tag == 0 || isElements(tag)) {
        merge(header, pending, start);
      }
      if (isElements(tag)) {
        int length = in.readRawVarint32();
        pending = from + in.getTotalBytesRead() + length;
        elements = new TensorData.Slice(path, pending - length, length);
        in.skipRawBytes(length);
      } else if (tag != 0 && !in.skipField(tag)) {
        throw new InvalidProtocolBufferException("unexpected end-of-group tag");
      }
    } while (tag != 0);
    initializers.add(constant(header.build(), elements));
  }

  private static boolean isElements(int tag) {
    int field = WireFormat.getTagFieldNumber(tag);
    return WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED
        && (field == TensorProto.RAW_DATA_FIELD_NUMBER
            || field == TensorProto.FLOAT_DATA_FIELD_NUMBER
            || field == TensorProto.DOUBLE_DATA_FIELD_NUMBER);
  }

  private ConstantTensor constant(TensorProto header, TensorData.@Nullable Slice elements) {
    String where = Printable.of(path.toString());
    if (ExternalData.isExternal(header)) {
      return ExternalData.resolve(header, path);
    }
    if (elements == null) {
      return TensorDecoder.fromProto(header, where);
    }
    ConstantTensor tensor = new ConstantTensor(header, inlineIfSmall(elements));
    TensorDecoder.checkSize(tensor, where);
    return tensor;
  }

  /** Scalars and shapes are read by every rule: keep them in memory rather than behind a file. */
  private TensorData inlineIfSmall(TensorData.Slice slice) {
    if (slice.byteLength() >= ModelWriter.REFERENCE_BYTES) {
      return slice;
    }
    int offset = (int) slice.offset();
    byte[] copy = bytes.substring(offset, offset + (int) slice.byteLength()).toByteArray();
    return new TensorData.Inline(ByteString.copyFrom(copy));
  }
}
