package dev.tailgate.cli.compare;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A folder for models that are only needed while they are audited, beside the report: models are
 * large, and the system's temporary folder is often small.
 *
 * <p>It goes when this is closed or the process is interrupted. While it is needed a file in it is
 * locked, and the operating system drops the lock of a killed process: the next comparison removes
 * a folder whose lock is free.
 */
public final class RewrittenModels implements AutoCloseable {
  private static final String NAME = ".tailgate-compare";
  private static final String LOCK = "lock";

  private final Path folder;
  private final FileChannel lock;
  private final Thread onInterrupt = new Thread(this::delete);

  private RewrittenModels(Path folder) throws IOException {
    this.folder = folder;
    this.lock =
        FileChannel.open(
            folder.resolve(LOCK), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    try {
      lock.tryLock();
    } catch (IOException e) {
      // File systems without locks: what is stale is then left alone as well.
    }
    Runtime.getRuntime().addShutdownHook(onInterrupt);
  }

  /** Makes a new folder beside {@code out}, and removes what killed processes left there. */
  public static RewrittenModels beside(Path out) throws IOException {
    Path absolute = out.toAbsolutePath().normalize();
    Path parent = absolute.getParent() == null ? absolute : absolute.getParent();
    Files.createDirectories(parent);
    removeStale(parent);
    return new RewrittenModels(Files.createTempDirectory(parent, NAME));
  }

  private static void removeStale(Path parent) throws IOException {
    try (DirectoryStream<Path> found = Files.newDirectoryStream(parent, NAME + "*")) {
      for (Path path : found) {
        if (isStale(path)) {
          delete(path);
        }
      }
    }
  }

  private static boolean isStale(Path folder) {
    try (FileChannel channel = FileChannel.open(folder.resolve(LOCK), StandardOpenOption.WRITE);
        FileLock free = channel.tryLock()) {
      return free != null;
    } catch (IOException | OverlappingFileLockException e) {
      // Not ours, of this process, gone already, or no locks here: not ours to remove.
      return false;
    }
  }

  /** Where the model of a method goes; the signs around parameters are not for file names. */
  public Path model(String method) {
    return folder.resolve(method.replaceAll("[^A-Za-z0-9._-]", "_") + ".onnx");
  }

  /** Removes the folder with all models. */
  @Override
  public void close() throws IOException {
    Runtime.getRuntime().removeShutdownHook(onInterrupt);
    lock.close();
    delete(folder);
  }

  private void delete() {
    try {
      lock.close();
      delete(folder);
    } catch (IOException | UncheckedIOException e) {
      // The process ends while a model is being written; the next comparison removes the rest.
    }
  }

  private static void delete(Path folder) throws IOException {
    List<Path> paths;
    try (Stream<Path> tree = Files.walk(folder)) {
      paths = tree.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : paths) {
      Files.deleteIfExists(path);
    }
  }
}
