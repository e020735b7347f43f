package dev.tailgate.onnx.ir;

import dev.tailgate.file.WorkFolder;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Tensors that a pass makes and that are too large for the heap: they are written one after another
 * into a file of a {@link WorkFolder}, from which the model to be written takes them over when it
 * is saved. The file disappears when this is closed.
 */
public final class StagedTensors implements Closeable {
  private final WorkFolder folder;
  private final Path file;
  private final FileChannel channel;
  private final List<Entry> entries = new ArrayList<>();

  private StagedTensors(WorkFolder folder) throws IOException {
    this.folder = folder;
    this.file = folder.path().resolve("tensors");
    this.channel = ModelWriter.created(file);
  }

  private record Entry(String name, ElementType type, List<Long> dims, long offset, long bytes) {}

  /** Writes the elements of a tensor in their storage form. */
  @FunctionalInterface
  public interface Elements {
    /** Writes all bytes of the tensor, little-endian. */
    void writeTo(WritableByteChannel out) throws IOException;
  }

  /**
   * Opens a file on the file system of {@code target}.
   *
   * @throws ModelException where nothing can be written there
   */
  public static StagedTensors beside(Path target) {
    try {
      WorkFolder folder = WorkFolder.near(ExternalData.folderOf(target));
      try {
        return new StagedTensors(folder);
      } catch (IOException e) {
        folder.close();
        throw e;
      }
    } catch (IOException e) {
      throw unwritable(target, e);
    }
  }

  /** Appends a tensor. */
  public void add(String name, ElementType type, List<Long> dims, Elements elements) {
    try {
      long offset = channel.position();
      elements.writeTo(channel);
      entries.add(new Entry(name, type, List.copyOf(dims), offset, channel.position() - offset));
    } catch (IOException e) {
      throw unwritable(file, e);
    }
  }

  /** All tensors by name; nothing can be added afterwards. */
  public Map<String, ConstantTensor> sealed() {
    try {
      channel.force(false);
    } catch (IOException e) {
      throw unwritable(file, e);
    }
    Map<String, ConstantTensor> tensors = new LinkedHashMap<>();
    for (Entry entry : entries) {
      TensorData.Slice slice = new TensorData.Slice(file, entry.offset(), entry.bytes());
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
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException("Closing " + file, e);
    } finally {
      folder.close();
    }
  }
}
