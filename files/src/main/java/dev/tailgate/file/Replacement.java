package dev.tailgate.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * A file that one process writes again and again into a folder of its own, each time whole or not
 * at all. What is not finished lies beside it as {@code NAME.partial}; a process that was killed
 * leaves no more than that, and the next write takes its place.
 *
 * <p>Unlike a {@link Publication} it needs no work folder, which an interrupt removes: it can be
 * written while the process ends.
 */
public final class Replacement {
  private static final String PARTIAL = ".partial";

  private Replacement() {}

  /** Writes the content of a file. */
  @FunctionalInterface
  public interface Content {
    /** Writes all of it; the channel is closed by the caller. */
    void writeTo(FileChannel out) throws IOException;
  }

  /** Replaces {@code target}, whose folder exists, by {@code content}. */
  public static void write(Path target, Content content) throws IOException {
    Path partial = target.resolveSibling(target.getFileName() + PARTIAL);
    try (FileChannel out =
        FileChannel.open(
            partial,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      content.writeTo(out);
      out.force(true);
    } catch (IOException | RuntimeException e) {
      remove(partial, e);
      throw e;
    }
    try {
      Files.move(
          partial, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (AtomicMoveNotSupportedException e) {
      // Some network file systems cannot; replacing is the nearest they offer.
      Files.move(partial, target, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private static void remove(Path partial, Exception thrown) {
    try {
      Files.deleteIfExists(partial);
    } catch (IOException e) {
      thrown.addSuppressed(e);
    }
  }
}
