package dev.tailgate.cli.command;

import dev.tailgate.reports.json.ResultFormatException;
import dev.tailgate.reports.json.RunResultJson;
import dev.tailgate.stats.result.RunResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Results as users name them: the JSON file, or the folder an audit wrote it into. */
final class ResultFiles {
  /** Bytes; far beyond any result, and little enough to be read at once. */
  private static final long LARGEST = 512L << 20;

  private ResultFiles() {}

  /** The file that {@code named} stands for. */
  static Path file(Path named) {
    return Files.isDirectory(named) ? named.resolve("result.json") : named;
  }

  /**
   * Reads a result.
   *
   * @throws UncheckedIOException for a file that cannot be read or is too large to be a result
   */
  static RunResult read(Path named) {
    Path file = file(named);
    try {
      if (Files.size(file) > LARGEST) {
        throw new IOException("it has " + Files.size(file) + " bytes and is no result");
      }
      return RunResultJson.read(Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException("Failed reading the result " + file, e);
    } catch (ResultFormatException e) {
      throw e.in(file.toString());
    }
  }
}
