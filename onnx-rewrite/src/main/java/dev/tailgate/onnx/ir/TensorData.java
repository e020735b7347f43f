package dev.tailgate.onnx.ir;

import com.google.protobuf.ByteString;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;

/**
 * Where the little-endian elements of a tensor lie. Weights of a loaded model are {@link Slice}s of
 * the file they came from, so edits and saves never carry them through the heap.
 */
public sealed interface TensorData {
  /** Number of bytes; may exceed what one Java array or buffer holds. */
  long byteLength();

  /**
   * Reads {@code length} bytes from {@code from} on, as a little-endian buffer at position 0.
   *
   * @throws UncheckedIOException when the file behind a slice cannot be read
   * @throws ModelException when that file was replaced since the model was loaded
   */
  ByteBuffer read(long from, int length);

  /** Bytes {@code [offset, offset + byteLength)} of {@code file} as it was when stamped. */
  record Slice(Path file, long offset, long byteLength, FileStamp stamp) implements TensorData {
    /** Refuses bounds outside the stamped file. */
    public Slice {
      if (offset < 0 || byteLength < 0 || byteLength > stamp.size() - offset) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT, "Slice [%d, +%d) of %d bytes", offset, byteLength, stamp.size()));
      }
    }

    /** A slice of the file as it is now. */
    public Slice(Path file, long offset, long byteLength) {
      this(file, offset, byteLength, FileStamp.of(file));
    }

    /** Opens the file, having made sure that it is still the one that was stamped. */
    FileChannel open() throws IOException {
      requireUnchanged();
      return FileChannel.open(file, StandardOpenOption.READ);
    }

    void requireUnchanged() {
      FileStamp now = FileStamp.of(file);
      if (!now.equals(stamp)) {
        throw ModelException.doing("reading weights from " + file)
            .expected("the file the model was loaded from")
            .found("a file that was changed or replaced since")
            .fix("Load the model again; the weights it refers to are not the same any more.");
      }
    }

    @Override
    public ByteBuffer read(long from, int length) {
      ByteBuffer buffer = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
      try (FileChannel channel = open()) {
        readFully(channel, offset + from, buffer);
      } catch (IOException e) {
        throw new UncheckedIOException("Reading weights from " + file, e);
      }
      return buffer.flip();
    }

    static void readFully(FileChannel channel, long position, ByteBuffer into) throws IOException {
      long at = position;
      while (into.hasRemaining()) {
        int count = channel.read(into, at);
        if (count < 0) {
          throw new EOFException("file ended before byte " + (at + into.remaining()));
        }
        at += count;
      }
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

  /**
   * The float32 values of 16-bit floats, converted whenever they are read: a weight behind a {@code
   * Cast} takes no second copy.
   *
   * @param halves the stored elements
   * @param from their type, float16 or bfloat16
   */
  record Widened(TensorData halves, ElementType from) implements TensorData {
    /** Refuses other types. */
    public Widened {
      if (!isHalf(from)) {
        throw new IllegalArgumentException("Widening " + from.label());
      }
    }

    /** Whether {@code type} is a 16-bit float, of which float32 holds every value. */
    static boolean isHalf(ElementType type) {
      return type == ElementType.FLOAT16 || type == ElementType.BFLOAT16;
    }

    @Override
    public long byteLength() {
      return 2 * halves.byteLength();
    }

    /** Both bounds are those of whole elements. */
    @Override
    public ByteBuffer read(long from, int length) {
      if (from % Float.BYTES != 0 || length % Float.BYTES != 0) {
        throw new IllegalArgumentException(
            String.format(Locale.ROOT, "Parts of elements: [%d, +%d)", from, length));
      }
      ByteBuffer stored = halves.read(from / 2, length / 2);
      ByteBuffer wide = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
      while (wide.hasRemaining()) {
        short bits = stored.getShort();
        wide.putFloat(
            this.from == ElementType.FLOAT16
                ? HalfFloat.toFloat(bits)
                : Float.intBitsToFloat(bits << 16));
      }
      return wide.flip();
    }
  }
}
