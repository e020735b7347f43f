package dev.tailgate.onnx.ir;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Where the little-endian elements of a tensor lie. Weights of a loaded model are {@link Slice}s of
 * the file they came from, so edits and saves never carry them through the heap.
 */
public sealed interface TensorData {
  /** Number of bytes. */
  long byteLength();

  /**
   * Reads {@code length} bytes from {@code from} on, as a little-endian buffer at position 0.
   *
   * @throws UncheckedIOException when the file behind a slice cannot be read
   */
  ByteBuffer read(long from, int length);

  /** Bytes {@code [offset, offset + byteLength)} of {@code file}. */
  record Slice(Path file, long offset, long byteLength) implements TensorData {
    /** Refuses negative bounds. */
    public Slice {
      if (offset < 0 || byteLength < 0) {
        throw new IllegalArgumentException("Slice [" + offset + ", +" + byteLength + ")");
      }
    }

    @Override
    public ByteBuffer read(long from, int length) {
      ByteBuffer buffer = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
        while (buffer.hasRemaining()) {
          if (channel.read(buffer, offset + from + buffer.position()) < 0) {
            throw new IOException("file ended before byte " + (offset + from + length));
          }
        }
      } catch (IOException e) {
        throw new UncheckedIOException("Reading weights from " + file, e);
      }
      return buffer.flip().order(ByteOrder.LITTLE_ENDIAN);
    }
  }

  /** Bytes held in memory: small constants, and tensors made by a pass. */
  record Inline(ByteString bytes) implements TensorData {
    @Override
    public long byteLength() {
      return bytes.size();
    }

    @Override
    public ByteBuffer read(long from, int length) {
      return bytes
          .substring(Math.toIntExact(from), Math.toIntExact(from + length))
          .asReadOnlyByteBuffer()
          .order(ByteOrder.LITTLE_ENDIAN);
    }
  }
}
