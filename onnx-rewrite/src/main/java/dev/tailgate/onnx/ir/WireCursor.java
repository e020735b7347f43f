package dev.tailgate.onnx.ir;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import java.nio.ByteBuffer;

/**
 * Steps through the fields of one protobuf message inside a mapped file without reading what it
 * skips. The streams of the protobuf library take arrays only and would copy the whole file.
 */
final class WireCursor {
  private static final int MAX_GROUP_DEPTH = 100;

  private final ByteBuffer bytes;
  private final int end;
  private int at;

  /** Over the message in {@code [from, to)} of {@code bytes}. */
  WireCursor(ByteBuffer bytes, int from, int to) {
    this.bytes = bytes;
    this.at = from;
    this.end = to;
  }

  boolean atEnd() {
    return at == end;
  }

  /** Position of the next byte in the buffer. */
  int position() {
    return at;
  }

  int tag() throws InvalidProtocolBufferException {
    int tag = (int) varint();
    if (WireFormat.getTagFieldNumber(tag) == 0) {
      throw new InvalidProtocolBufferException("a field numbered 0");
    }
    return tag;
  }

  /** Steps over a length-delimited payload and returns its length; it ends at the position. */
  int payload() throws InvalidProtocolBufferException {
    long length = varint();
    if (length < 0 || length > end - at) {
      throw new InvalidProtocolBufferException(
          "a field of " + Long.toUnsignedString(length) + " bytes where " + (end - at) + " remain");
    }
    at += (int) length;
    return (int) length;
  }

  /** Steps over the value that follows {@code tag}. */
  void skip(int tag) throws InvalidProtocolBufferException {
    int depth = 0;
    int next = tag;
    while (true) {
      switch (WireFormat.getTagWireType(next)) {
        case WireFormat.WIRETYPE_VARINT -> varint();
        case WireFormat.WIRETYPE_FIXED64 -> advance(8);
        case WireFormat.WIRETYPE_LENGTH_DELIMITED -> payload();
        case WireFormat.WIRETYPE_START_GROUP -> depth++;
        case WireFormat.WIRETYPE_END_GROUP -> depth--;
        case WireFormat.WIRETYPE_FIXED32 -> advance(4);
        default -> throw new InvalidProtocolBufferException("an unknown wire type");
      }
      if (depth < 0 || depth > MAX_GROUP_DEPTH) {
        throw new InvalidProtocolBufferException("groups that do not nest properly");
      }
      if (depth == 0) {
        return;
      }
      next = tag();
    }
  }

  private void advance(int count) throws InvalidProtocolBufferException {
    if (count > end - at) {
      throw new InvalidProtocolBufferException("an end inside a field");
    }
    at += count;
  }

  private long varint() throws InvalidProtocolBufferException {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (at == end) {
        throw new InvalidProtocolBufferException("an end inside a field");
      }
      byte next = bytes.get(at++);
      value |= (long) (next & 0x7F) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new InvalidProtocolBufferException("a number of more than 64 bits");
  }
}
