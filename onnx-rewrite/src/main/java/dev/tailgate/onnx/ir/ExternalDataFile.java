package dev.tailgate.onnx.ir;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;

/**
 * The data file beside a saved model. Its name carries a check sum of the layout and contents'
 * origin, so a new save never overwrites the data that the model file in place still refers to.
 */
final class ExternalDataFile {
  /** Memory-mapping runtimes want large tensors on page boundaries. */
  private static final int PAGE = 4096;

  private static final int LARGE = 1 << 20;

  private final Path partial;
  private final Path file;
  private final String prefix;
  private final Map<String, ConstantTensor> references;

  private ExternalDataFile(
      Path partial, Path file, String prefix, Map<String, ConstantTensor> references) {
    this.partial = partial;
    this.file = file;
    this.prefix = prefix;
    this.references = references;
  }

  /** Writes the elements of all large tensors to a partial file beside {@code target}. */
  static ExternalDataFile write(Collection<ConstantTensor> tensors, Path target)
      throws IOException {
    Path folder = ExternalData.folderOf(target);
    String prefix = target.getFileName() + ".";
    Path partial = Files.createTempFile(folder, "." + prefix, ".data.partial");
    Map<String, ConstantTensor> references = new LinkedHashMap<>();
    Map<String, Long> offsets = new LinkedHashMap<>();
    CRC32 sum = new CRC32();
    try (FileChannel out = FileChannel.open(partial, StandardOpenOption.WRITE)) {
      for (ConstantTensor tensor : tensors) {
        if (tensor.data().byteLength() >= ModelWriter.REFERENCE_BYTES) {
          long offset = align(out.position(), tensor.data().byteLength());
          out.position(offset);
          ModelWriter.transfer(tensor.data(), out);
          offsets.put(tensor.name(), offset);
        }
        sum.update((tensor + "@" + origin(tensor)).getBytes(StandardCharsets.UTF_8));
      }
      out.force(true);
    } catch (IOException e) {
      Files.deleteIfExists(partial);
      throw e;
    }
    sum.update(Long.toString(System.nanoTime()).getBytes(StandardCharsets.UTF_8));
    Path plain = folder.resolve(prefix + "data");
    Path file =
        Files.exists(plain)
            ? folder.resolve(prefix + "%08x.data".formatted(sum.getValue()))
            : plain;
    for (ConstantTensor tensor : tensors) {
      Long offset = offsets.get(tensor.name());
      references.put(
          tensor.name(),
          offset == null
              ? tensor
              : ModelWriter.external(tensor, file.getFileName().toString(), offset));
    }
    return new ExternalDataFile(partial, file, prefix, references);
  }

  private static String origin(ConstantTensor tensor) {
    return tensor.data() instanceof TensorData.Slice slice
        ? slice.file() + ":" + slice.offset()
        : "";
  }

  private static long align(long position, long length) {
    long unit = length >= LARGE ? PAGE : 64;
    return (position + unit - 1) / unit * unit;
  }

  Path partial() {
    return partial;
  }

  /** The tensors as the model file is to name them. */
  Map<String, ConstantTensor> references() {
    return references;
  }

  /** Gives the data its final name; the model that refers to it is renamed after this. */
  void publish() throws IOException {
    Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Removes data files that earlier saves of the same target left and nothing refers to now. */
  void removeSuperseded() throws IOException {
    try (DirectoryStream<Path> siblings =
        Files.newDirectoryStream(ExternalData.folderOf(file), prefix + "*data")) {
      for (Path sibling : siblings) {
        String name = sibling.getFileName().toString();
        boolean ours =
            name.matches(java.util.regex.Pattern.quote(prefix) + "([0-9a-f]{8}\\.)?data");
        if (ours && !sibling.equals(file)) {
          Files.delete(sibling);
        }
      }
    }
  }
}
