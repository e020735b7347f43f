package dev.tailgate.onnx.ir;

import dev.tailgate.file.Publication;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A model that is written but not yet in its place: it can be loaded and checked as a file, and
 * goes when this is closed before it is published.
 */
public final class StagedModel implements Closeable {
  private final Publication publication = new Publication();
  private final Path target;
  private final Path file;

  private StagedModel(OnnxModel model, Path target) {
    this.target = target;
    try {
      this.file = ModelWriter.stage(FoldedBranches.of(model), target, publication);
    } catch (RuntimeException e) {
      publication.close();
      throw e;
    }
  }

  /**
   * Writes {@code model}.
   *
   * @param target its place once published; the folder is made then
   * @throws ModelException where it cannot be written
   */
  public static StagedModel of(OnnxModel model, Path target) {
    return new StagedModel(model, target);
  }

  /** Where the model lies until it is published, with its data file beside it. */
  public Path file() {
    return file;
  }

  /** What is published, to which files can be added that belong to the model. */
  public Publication publication() {
    return publication;
  }

  /**
   * Puts the model in its place. What was loaded from {@link #file()} cannot be used any more.
   *
   * @throws ModelException where that cannot be done; nothing was replaced then
   */
  public void publish() {
    try {
      publication.publish();
    } catch (IOException e) {
      throw ModelWriter.unwritable(target, e);
    }
  }

  @Override
  public void close() {
    publication.close();
  }
}
