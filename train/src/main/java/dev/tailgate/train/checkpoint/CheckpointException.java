package dev.tailgate.train.checkpoint;

import dev.tailgate.onnx.ir.Printable;
import java.nio.file.Path;

/** A checkpoint that cannot be gone on from, and why. */
public final class CheckpointException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** The message says what was expected, what was found, where, and what to do. */
  public CheckpointException(String message) {
    super(message);
  }

  /** A file that is not as it was written. */
  static CheckpointException damaged(Path file, String found) {
    return new CheckpointException(
        "Failed to resume: expected a whole checkpoint, found "
            + Printable.of(file.toString())
            + ": "
            + Printable.of(found)
            + ". Begin anew without --resume, or with a copy of the checkpoint.");
  }
}
