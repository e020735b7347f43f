package dev.tailgate.onnx.ir;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Tensors that a pass makes and that are too large for the heap: they are written one after another
 * into a file beside the model to be written, which takes them over when it is saved. The file
 * disappears when this is closed; what a killed process left goes with the next save of the same
 * target.
 */
public final class StagedTensors implements Closeable {
  private final PartialFile file;
  private final List<Entry> entries = new ArrayList<>();

  private StagedTensors(PartialFile file) {
    this.file = file;
  }

  private record Entry(String name, ElementType type, List<Long> dims, long offset, long bytes) {}

  /** Writes the elements of a tensor in their storage form. */
  @FunctionalInterface
  public interface Elements {
    /** Writes all bytes of the tensor, little-endian. */
    void writeTo(WritableByteChannel out) throws IOException;
  }

  /**
   * Opens a file in the folder of {@code target}, which is created where it is not there.
   *
   * @throws ModelException where nothing can be written there
   */
  public static StagedTensors beside(Path target) {
    Path absolute = target.toAbsolutePath().normalize();
    try {
      Path folder = ExternalData.folderOf(absolute);
      if (!Files.isDirectory(folder)) {
        Files.createDirectories(folder);
      }
      PartialFile.removeStale(absolute);
      return new StagedTensors(PartialFile.beside(absolute));
    } catch (IOException e) {
      throw unwritable(absolute, e);
    }
  }

  /** Appends a tensor. */
  public void add(String name, ElementType type, List<Long> dims, Elements elements) {
    FileChannel channel = file.channel();
    try {
      long offset = channel.position();
      elements.writeTo(channel);
      entries.add(new Entry(name, type, List.copyOf(dims), offset, channel.position() - offset));
    } catch (IOException e) {
      throw unwritable(file.path(), e);
    }
  }

  /** All tensors by name; nothing can be added afterwards. */
  public Map<String, ConstantTensor> sealed() {
    try {
      file.channel().force(false);
    } catch (IOException e) {
      throw unwritable(file.path(), e);
    }
    Map<String, ConstantTensor> tensors = new LinkedHashMap<>();
    for (Entry entry : entries) {
      TensorData.Slice slice = new TensorData.Slice(file.path(), entry.offset(), entry.bytes());
      tensors.put(
          entry.name(), ConstantTensor.ofSlice(entry.name(), entry.type(), entry.dims(), slice));
    }
    return tensors;
  }

  private static ModelException unwritable(Path where, IOException e) {
    return ModelException.doing("writing weights beside " + where.getFileName())
        .expected("a writable folder with enough space")
        .found(String.valueOf(e.getMessage()))
        .fix("Nothing was replaced; free space or choose another place.", e);
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException e) {
      throw new UncheckedIOException("Closing " + file.path(), e);
    }
  }
}
