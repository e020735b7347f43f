package dev.tailgate.data.text;

import dev.tailgate.engine.tensor.DataException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;

/** What is said about a text file in messages, and opening it. */
final class TextFile {
  private TextFile() {}

  static TextDocuments open(Path path, TextPlace from) {
    try {
      return new TextDocuments(path, from);
    } catch (IOException e) {
      throw unreadable(path, e);
    }
  }

  /** A place that a user finds again. */
  static String line(Path path, long line) {
    return String.format(Locale.ROOT, "%s, line %d,", path.getFileName(), line);
  }

  static DataException unreadable(Path path, IOException cause) {
    return DataException.doing("reading " + path.getFileName())
        .expected("a readable text file")
        .found(String.valueOf(cause.getMessage()))
        .where(path.toString())
        .fix("Check the path and its permissions.", cause);
  }

  static DataException changed(Path path) {
    return DataException.doing("reading " + path.getFileName())
        .expected("the text that was counted before")
        .found("an earlier end")
        .where(path.toString())
        .fix("Leave the file alone while it is read.");
  }
}
