package dev.tailgate.train.checkpoint;

import dev.tailgate.engine.tensor.Tensor;
import dev.tailgate.file.Replacement;
import dev.tailgate.onnx.ir.ConstantTensor;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.TensorData;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.zip.CRC32C;

/**
 * Named tensors and texts in a file, in the format {@code safetensors}: the length of the header as
 * 8 bytes, the header as JSON, then the elements of all tensors, little-endian and without gaps.
 * Other tools read it, and nothing in it can run.
 *
 * <p>Among the texts is a checksum, CRC-32C of all elements, under {@link #CHECKSUM}. Sizes are
 * checked against the file before anything is allocated, and the checksum before anything is used.
 */
public final class TensorsFile {
  /** The text with the checksum, 8 hex digits. */
  static final String CHECKSUM = "crc32c";

  private static final int PART = 1 << 20;

  private final Path file;
  private final TensorsHeader header;

  private TensorsFile(Path file, TensorsHeader header) {
    this.file = file;
    this.header = header;
  }

  /**
   * A tensor to write.
   *
   * @param dims dimensions, outermost first
   * @param elements asked when its turn comes, so that one tensor at a time is copied
   */
  public record Source(ElementType type, List<Long> dims, Supplier<Tensor> elements) {
    /** Copies the list. */
    public Source {
      dims = List.copyOf(dims);
    }
  }

  /** Writes a file in place of the one there is, or leaves that as it is. */
  public static void write(Path file, Map<String, String> texts, Map<String, Source> tensors)
      throws IOException {
    Replacement.write(
        file,
        out -> {
          TensorsHeader header = TensorsHeader.of(texts, tensors);
          write(out, ByteBuffer.wrap(header.bytes(0)));
          CRC32C sum = new CRC32C();
          for (Map.Entry<String, Source> tensor : tensors.entrySet()) {
            ByteBuffer elements = elements(tensor.getKey(), tensor.getValue());
            sum.update(elements.duplicate());
            write(out, elements);
          }
          // The header has one length whatever the checksum is.
          out.position(0);
          write(out, ByteBuffer.wrap(header.bytes(sum.getValue())));
        });
  }

  private static ByteBuffer elements(String name, Source source) {
    Tensor tensor = source.elements().get();
    long[] dims = source.dims().stream().mapToLong(Long::longValue).toArray();
    if (tensor.type() != source.type() || !Arrays.equals(tensor.shape(), dims)) {
      throw new IllegalStateException(name + " is " + tensor + " and not as announced");
    }
    if (ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN) {
      throw new IllegalStateException("Tensors are written on little-endian machines only");
    }
    return tensor.data();
  }

  private static void write(FileChannel out, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      out.write(bytes);
    }
  }

  /**
   * Opens a file and checks all of it.
   *
   * @throws CheckpointException where it is no such file, or not as it was written
   */
  public static TensorsFile open(Path file) throws IOException {
    try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
      TensorsHeader header = TensorsHeader.read(file, in);
      if (checksum(in, header) != header.checksum()) {
        throw CheckpointException.damaged(file, "its checksum does not fit its elements");
      }
      return new TensorsFile(file, header);
    }
  }

  private static long checksum(FileChannel in, TensorsHeader header) throws IOException {
    CRC32C sum = new CRC32C();
    ByteBuffer part = ByteBuffer.allocateDirect(PART);
    in.position(header.start());
    while (in.read(part) >= 0) {
      sum.update(part.flip());
      part.clear();
    }
    return sum.getValue();
  }

  /** The texts, without the checksum. */
  public Map<String, String> texts() {
    Map<String, String> texts = new LinkedHashMap<>(header.texts());
    texts.remove(CHECKSUM);
    return texts;
  }

  /** Names of the tensors, in the order of the file. */
  public List<String> names() {
    return List.copyOf(header.entries().keySet());
  }

  /** The file. */
  public Path file() {
    return file;
  }

  /** A copy of a tensor outside the heap. */
  public Tensor tensor(String name) throws IOException {
    TensorsHeader.Entry entry = entry(name);
    Tensor tensor =
        Tensor.allocate(entry.type(), entry.dims().stream().mapToLong(Long::longValue).toArray());
    ByteBuffer into = tensor.data();
    try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
      for (long at = header.start() + entry.from(); into.hasRemaining(); ) {
        int count = in.read(into, at);
        if (count < 0) {
          throw new EOFException(file + " ends in " + name);
        }
        at += count;
      }
    }
    return tensor;
  }

  /** The tensor as a constant that is read from the file, which has to stay. */
  public ConstantTensor constant(String name) {
    TensorsHeader.Entry entry = entry(name);
    return ConstantTensor.ofSlice(
        name,
        entry.type(),
        entry.dims(),
        new TensorData.Slice(file, header.start() + entry.from(), entry.to() - entry.from()));
  }

  private TensorsHeader.Entry entry(String name) {
    TensorsHeader.Entry entry = header.entries().get(name);
    if (entry == null) {
      throw CheckpointException.damaged(file, "it has no tensor " + name);
    }
    return entry;
  }

  /** Texts as UTF-8, as the header has them. */
  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
