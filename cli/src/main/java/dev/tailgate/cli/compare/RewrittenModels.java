package dev.tailgate.cli.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A folder for models that are only needed while they are audited, beside the report: models are
 * large, and the system's temporary folder is often small.
 */
public final class RewrittenModels implements AutoCloseable {
  private final Path folder;

  private RewrittenModels(Path folder) {
    this.folder = folder;
  }

  /** Makes a new folder beside {@code out}. */
  public static RewrittenModels beside(Path out) throws IOException {
    Path parent = out.toAbsolutePath().normalize().getParent();
    if (parent == null) {
      return new RewrittenModels(Files.createTempDirectory("tailgate-compare"));
    }
    Files.createDirectories(parent);
    return new RewrittenModels(Files.createTempDirectory(parent, ".tailgate-compare"));
  }

  /** Where the model of a method goes; the signs around parameters are not for file names. */
  public Path model(String method) {
    return folder.resolve(method.replaceAll("[^A-Za-z0-9._-]", "_") + ".onnx");
  }

  /** Removes the folder with all models. */
  @Override
  public void close() throws IOException {
    List<Path> paths;
    try (Stream<Path> tree = Files.walk(folder)) {
      paths = tree.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : paths) {
      Files.deleteIfExists(path);
    }
  }
}
