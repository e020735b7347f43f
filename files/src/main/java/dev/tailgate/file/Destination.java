package dev.tailgate.file;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;

/**
 * Where a file is published. A link is followed and stays; what is no file, such as a pipe, is
 * written into.
 *
 * @param place the file behind any links, absolute
 * @param isStream whether it is something else than a file
 */
record Destination(Path place, boolean isStream) {
  private static final int MOST_LINKS = 40;

  /**
   * The destination that {@code named} stands for.
   *
   * @throws IOException for a folder, and for a file that this user may not write
   */
  static Destination of(Path named) throws IOException {
    Path place = named.toAbsolutePath().normalize();
    if (place.getFileName() == null || Files.isDirectory(place)) {
      throw new FileSystemException(named.toString(), null, "it is a folder, not a file");
    }
    if (Files.exists(place) && !Files.isRegularFile(place)) {
      return new Destination(place, true);
    }
    for (int links = 0; Files.isSymbolicLink(place); links++) {
      if (links == MOST_LINKS) {
        throw new FileSystemLoopException(named.toString());
      }
      place = place.resolveSibling(Files.readSymbolicLink(place)).normalize();
    }
    if (Files.exists(place) && !Files.isWritable(place)) {
      throw new AccessDeniedException(named.toString());
    }
    return new Destination(place, false);
  }

  Path folder() {
    return Objects.requireNonNullElse(place.getParent(), place);
  }

  /** Makes its folder, and says what had to be made, from the inside out. */
  Deque<Path> makeFolder() throws IOException {
    Deque<Path> missing = new ArrayDeque<>();
    for (Path at = folder(); at != null && !Files.exists(at); at = at.getParent()) {
      missing.addLast(at);
    }
    if (!Files.isDirectory(folder())) {
      Files.createDirectories(folder());
    }
    return missing;
  }

  /** Puts a file that is on disk there, in one step. */
  void receive(Path staged) throws IOException {
    if (isStream) {
      try (var out = Files.newOutputStream(place)) {
        Files.copy(staged, out);
      }
      return;
    }
    try {
      rename(staged);
    } catch (AtomicMoveNotSupportedException e) {
      // Folders of one file system that are mounted apart.
      try (WorkFolder beside = WorkFolder.in(folder())) {
        Path copy = beside.path().resolve(String.valueOf(place.getFileName()));
        Files.copy(staged, copy);
        move(copy);
      }
    }
  }

  private void rename(Path from) throws IOException {
    Files.move(from, place, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private void move(Path from) throws IOException {
    try {
      rename(from);
    } catch (AtomicMoveNotSupportedException e) {
      // Some network file systems cannot; replacing is the nearest they offer.
      Files.move(from, place, StandardCopyOption.REPLACE_EXISTING);
    }
  }
}
