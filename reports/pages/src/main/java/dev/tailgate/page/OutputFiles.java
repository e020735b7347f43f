package dev.tailgate.page;

import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

/**
 * Puts texts into a folder. Each file is written beside its place and then renamed, after all of
 * them could be written: a reader sees old files or new ones, never half of one.
 */
public final class OutputFiles {
  private OutputFiles() {}

  /** Writes contents by file name and makes the folder if need be; the files in the same order. */
  public static List<Path> write(Map<String, String> contents, Path folder) throws IOException {
    Files.createDirectories(folder);
    Map<Path, Path> moves = new LinkedHashMap<>();
    try {
      for (Map.Entry<String, String> file : contents.entrySet()) {
        // Not createTempFile: reports are for reading, and that makes files only their owner may
        // read.
        Path beside = folder.resolve("." + file.getKey() + "." + UUID.randomUUID() + ".tmp");
        moves.put(beside, folder.resolve(file.getKey()));
        Files.writeString(beside, file.getValue());
      }
      for (Map.Entry<Path, Path> move : moves.entrySet()) {
        rename(move.getKey(), move.getValue());
      }
    } finally {
      for (Path beside : moves.keySet()) {
        Files.deleteIfExists(beside);
      }
    }
    return List.copyOf(moves.values());
  }

  /** Writes one file in the same way; its folder has to be there. */
  public static void write(String content, Path file) throws IOException {
    Path absolute = file.toAbsolutePath();
    write(
        Map.of(String.valueOf(absolute.getFileName()), content),
        Objects.requireNonNull(absolute.getParent()));
  }

  private static void rename(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      // Some network file systems cannot; replacing is the nearest they offer.
      Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
    }
  }
}
