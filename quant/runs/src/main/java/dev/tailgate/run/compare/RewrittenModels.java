package dev.tailgate.run.compare;

import dev.tailgate.onnx.ir.LockedFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A folder for models that are only needed while they are audited, beside the report: models are
 * large, and the system's temporary folder is often small.
 *
 * <p>It goes when this is closed or the process is interrupted; what a killed process left goes
 * with the next comparison, by a {@link LockedFile} in it.
 */
public final class RewrittenModels implements AutoCloseable {
  private static final String NAME = ".tailgate-compare";
  private static final String LOCK = "lock";

  private final Path folder;
  private final FileChannel lock;
  private final Thread onInterrupt = new Thread(this::delete);

  private RewrittenModels(Path folder) throws IOException {
    this.folder = folder;
    this.lock = LockedFile.create(folder.resolve(LOCK));
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
        if (LockedFile.removeIfStale(path.resolve(LOCK))) {
          delete(path);
        }
      }
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
