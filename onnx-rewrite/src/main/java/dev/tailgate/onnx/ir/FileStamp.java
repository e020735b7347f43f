package dev.tailgate.onnx.ir;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;

/**
 * What identifies the contents of a file cheaply: size, time of modification, and the identity the
 * file system gives it. A weight reference holds the stamp its file had when it was read, so that a
 * file replaced since (by a save over itself, say) is noticed instead of read as wrong weights.
 */
public record FileStamp(long size, long modifiedNanos, String key) {
  /**
   * The stamp of a file as it is now.
   *
   * @throws UncheckedIOException when the file cannot be examined
   */
  public static FileStamp of(Path file) {
    try {
      BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
      long nanos = now.lastModifiedTime().to(java.util.concurrent.TimeUnit.NANOSECONDS);
      return new FileStamp(now.size(), nanos, Objects.toString(now.fileKey(), ""));
    } catch (IOException e) {
      throw new UncheckedIOException("Examining " + file, e);
    }
  }
}
