package dev.tailgate.result.json;

import dev.tailgate.result.RunResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Results as users name them: the JSON file, or the folder an audit wrote it into. */
public final class ResultFiles {
  /** Bytes; far beyond any result, and little enough to be read at once. */
  private static final long LARGEST = 512L << 20;

  private ResultFiles() {}

  /** The file that {@code named} stands for. */
  public static Path file(Path named) {
    return Files.isDirectory(named) ? named.resolve("result.json") : named;
  }

  /**
   * Reads a result.
   *
   * @throws UncheckedIOException for a file that cannot be read or is too large to be a result
   */
  public static RunResult read(Path named) {
    Path file = file(named);
    if (Files.isDirectory(named) && !Files.exists(file)) {
      throw new UncheckedIOException(
          "Failed reading a result: expected a result.json in the folder " + named,
          new NoSuchFileException(file.toString()));
    }
    try {
      requireSize(file);
    } catch (IOException e) {
      throw new UncheckedIOException("Failed reading the result " + file, e);
    }
    return RunResultJson.read(file);
  }

  /** Refuses what is too large to be a result. */
  static void requireSize(Path file) throws IOException {
    if (Files.size(file) > LARGEST) {
      throw new IOException("it has " + Files.size(file) + " bytes and is no result");
    }
  }

  /**
   * All results that an audit wrote into a folder, {@code result.json} and those beside it, or the
   * one in a file.
   *
   * @throws UncheckedIOException likewise
   */
  public static List<RunResult> readAll(Path named) {
    List<RunResult> results = new ArrayList<>();
    results.add(read(named));
    for (int n = 2; Files.isDirectory(named); n++) {
      Path file = named.resolve("result-" + n + ".json");
      if (!Files.exists(file)) {
        break;
      }
      results.add(read(file));
    }
    return List.copyOf(results);
  }
}
