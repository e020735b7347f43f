package dev.tailgate.run.compare;

import dev.tailgate.file.WorkFolder;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A folder for models that are only needed while they are audited, on the file system of the
 * report: models are large, and the system's temporary folder is often small.
 */
final class RewrittenModels implements Closeable {
  private final WorkFolder folder;

  private RewrittenModels(WorkFolder folder) {
    this.folder = folder;
  }

  /** Makes a new folder near {@code out}. */
  static RewrittenModels near(Path out) throws IOException {
    return new RewrittenModels(WorkFolder.near(out));
  }

  /** Where the model of a method goes; the signs around parameters are not for file names. */
  Path model(String method) {
    return folder.path().resolve(method.replaceAll("[^A-Za-z0-9._-]", "_") + ".onnx");
  }

  /** Removes the folder with all models. */
  @Override
  public void close() {
    folder.close();
  }
}
