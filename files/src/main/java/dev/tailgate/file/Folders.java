package dev.tailgate.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** What has to be known of folders before files are moved into them. */
final class Folders {
  private static final int SET_GROUP = 02000;

  private Folders() {}

  /** The folder itself, or the nearest one above it that exists, behind any links. */
  static Path existing(Path folder) throws IOException {
    Path at = folder.toAbsolutePath().normalize();
    while (!Files.isDirectory(at)) {
      Path parent = at.getParent();
      if (parent == null) {
        break;
      }
      at = parent;
    }
    return at.toRealPath();
  }

  /** Where the cache has work folders; empty where it cannot be written. */
  static Optional<Path> inCache() {
    try {
      Path work = Files.createDirectories(CacheFolder.path().resolve("work"));
      return Optional.of(work).filter(Files::isWritable);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /**
   * Whether a file of {@code from} gets into {@code to} by one rename, and is then as one that was
   * made there: a folder may give its files its own group.
   */
  static boolean canMove(Path from, Path to) {
    try {
      return Files.getFileStore(from).equals(Files.getFileStore(to)) && !setsGroup(to);
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean setsGroup(Path folder) throws IOException {
    try {
      return ((int) Files.getAttribute(folder, "unix:mode") & SET_GROUP) != 0;
    } catch (UnsupportedOperationException | IllegalArgumentException e) {
      // A system without such modes.
      return false;
    }
  }
}
