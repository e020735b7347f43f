package dev.tailgate.onnx.ir;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;

/**
 * A file being written beside its target. It gets its real name by one rename once its bytes are on
 * disk, and disappears when closed before that. While it is open it is a {@link LockedFile}.
 */
public final class PartialFile implements Closeable {
  private final Path path;
  private final FileChannel channel;
  private boolean published;

  private PartialFile(Path path, FileChannel channel) {
    this.path = path;
    this.channel = channel;
  }

  /** Writes the content of a file. */
  @FunctionalInterface
  public interface Content {
    /** Writes all of it; the stream is closed by the caller. */
    void writeTo(OutputStream out) throws IOException;
  }

  /** Replaces {@code target} by {@code content} in one step, or leaves it as it is. */
  public static void replace(Path target, Content content) throws IOException {
    Path absolute = target.toAbsolutePath().normalize();
    removeStale(absolute);
    try (PartialFile partial = beside(absolute)) {
      OutputStream out = new BufferedOutputStream(Channels.newOutputStream(partial.channel()));
      content.writeTo(out);
      out.flush();
      partial.publish(absolute);
    }
  }

  static PartialFile beside(Path target) throws IOException {
    String name =
        String.format(
            Locale.ROOT,
            ".%s.%016x.partial",
            nameOf(target),
            ThreadLocalRandom.current().nextLong());
    Path path = ExternalData.folderOf(target).resolve(name);
    return new PartialFile(path, LockedFile.create(path));
  }

  private static String nameOf(Path target) {
    return String.valueOf(target.getFileName());
  }

  Path path() {
    return path;
  }

  FileChannel channel() {
    return channel;
  }

  void publish(Path name) throws IOException {
    channel.force(true);
    try {
      Files.move(path, name, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (AtomicMoveNotSupportedException e) {
      // Some network file systems cannot; replacing is the nearest they offer.
      Files.move(path, name, StandardCopyOption.REPLACE_EXISTING);
    }
    published = true;
  }

  @Override
  public void close() throws IOException {
    try {
      channel.close();
    } finally {
      if (!published) {
        Files.deleteIfExists(path);
      }
    }
  }

  /** Removes what killed processes left while writing {@code target}. */
  static void removeStale(Path target) throws IOException {
    Pattern ours =
        Pattern.compile("\\." + Pattern.quote(nameOf(target)) + "\\.[0-9a-f]{16}\\.partial");
    DirectoryStream.Filter<Path> partials =
        file -> ours.matcher(String.valueOf(file.getFileName())).matches();
    try (DirectoryStream<Path> found =
        Files.newDirectoryStream(ExternalData.folderOf(target), partials)) {
      for (Path file : found) {
        LockedFile.removeIfStale(file);
      }
    }
  }
}
