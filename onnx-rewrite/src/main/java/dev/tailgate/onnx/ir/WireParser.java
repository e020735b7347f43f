package dev.tailgate.onnx.ir;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.UnsafeByteOperations;
import com.google.protobuf.WireFormat;
import dev.tailgate.onnx.proto.AttributeProto;
import dev.tailgate.onnx.proto.GraphProto;
import dev.tailgate.onnx.proto.ModelProto;
import dev.tailgate.onnx.proto.NodeProto;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Walks model and graph field by field over the mapped file. Everything but the elements of
 * initialisers goes to the generated parser (unknown fields included); for the elements only their
 * position is kept, see {@link TensorSpan}.
 *
 * <p>{@code Constant} nodes of the main graph with elements of 1 MiB and more, the way old
 * exporters wrote weights, become initialisers of the same value name: to any runtime the same
 * thing, and the only one of the two that a session can be given by reference.
 */
final class WireParser {
  private static final int WEIGHT_BYTES = 1 << 20;

  private final TensorSpan tensors;
  private final ByteBuffer bytes;
  private final ModelProto.Builder shell = ModelProto.newBuilder();
  private final GraphProto.Builder graph = GraphProto.newBuilder();
  private final List<ConstantTensor> initializers = new ArrayList<>();
  private boolean hasGraph;

  /** {@code bytes} are the contents of {@code file}. */
  WireParser(ExternalFiles files, ExternalFiles.Located file, ByteBuffer bytes) {
    this.tensors = new TensorSpan(files, file, bytes);
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
    walk(
        0,
        bytes.limit(),
        shell,
        (field, from, to) -> {
          if (field != ModelProto.GRAPH_FIELD_NUMBER) {
            return false;
          }
          hasGraph = true;
          walk(from, to, graph, this::graphField);
          return true;
        });
  }

  private boolean graphField(int field, int from, int to) throws InvalidProtocolBufferException {
    if (field == GraphProto.INITIALIZER_FIELD_NUMBER) {
      initializers.add(tensors.read(from, to));
      return true;
    }
    if (field == GraphProto.NODE_FIELD_NUMBER && to - from >= WEIGHT_BYTES) {
      Optional<ConstantTensor> weight = weightNode(from, to);
      weight.ifPresent(initializers::add);
      return weight.isPresent();
    }
    return false;
  }

  /** The tensor of the node when it is a {@code Constant} and holds nothing else. */
  private Optional<ConstantTensor> weightNode(int from, int to)
      throws InvalidProtocolBufferException {
    NodeProto.Builder node = NodeProto.newBuilder();
    AttributeProto.Builder attribute = AttributeProto.newBuilder();
    List<int[]> spans = new ArrayList<>();
    List<int[]> values = new ArrayList<>();
    walk(
        from,
        to,
        node,
        (field, a, b) -> large(NodeProto.ATTRIBUTE_FIELD_NUMBER, field, a, b, spans));
    if (spans.size() != 1 || node.getAttributeCount() > 0) {
      return Optional.empty();
    }
    int[] span = spans.get(0);
    walk(
        span[0],
        span[1],
        attribute,
        (field, a, b) -> large(AttributeProto.T_FIELD_NUMBER, field, a, b, values));
    boolean constant =
        node.getOpType().equals("Constant")
            && OnnxNode.normalDomain(node.getDomain()).isEmpty()
            && node.getOutputCount() == 1
            && attribute.getName().equals("value")
            && values.size() == 1;
    return constant
        ? Optional.of(tensors.read(values.get(0)[0], values.get(0)[1]).named(node.getOutput(0)))
        : Optional.empty();
  }

  private static boolean large(int wanted, int field, int from, int to, List<int[]> spans) {
    boolean found = field == wanted && to - from >= WEIGHT_BYTES;
    if (found) {
      spans.add(new int[] {from, to});
    }
    return found;
  }

  /** Takes a length-delimited field, or leaves it to the generated parser by answering false. */
  private interface Field {
    boolean take(int number, int from, int to) throws InvalidProtocolBufferException;
  }

  private void walk(int from, int to, MessageLite.Builder rest, Field special)
      throws InvalidProtocolBufferException {
    WireCursor cursor = new WireCursor(bytes, from, to);
    int pending = from;
    while (!cursor.atEnd()) {
      int start = cursor.position();
      int tag = cursor.tag();
      if (WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED) {
        int length = cursor.payload();
        int end = cursor.position();
        if (special.take(WireFormat.getTagFieldNumber(tag), end - length, end)) {
          merge(bytes, pending, start, rest);
          pending = end;
        }
      } else {
        cursor.skip(tag);
      }
    }
    merge(bytes, pending, to, rest);
  }

  /** Parses {@code [from, to)}; the copy made here is the one the messages keep. */
  static void merge(ByteBuffer bytes, int from, int to, MessageLite.Builder into)
      throws InvalidProtocolBufferException {
    if (from == to) {
      return;
    }
    byte[] copy = new byte[to - from];
    bytes.get(from, copy);
    CodedInputStream in = UnsafeByteOperations.unsafeWrap(copy).newCodedInput();
    in.enableAliasing(true);
    try {
      into.mergeFrom(in);
      in.checkLastTagWas(0);
    } catch (InvalidProtocolBufferException e) {
      throw e;
    } catch (IOException e) {
      throw new InvalidProtocolBufferException(e);
    }
  }
}
