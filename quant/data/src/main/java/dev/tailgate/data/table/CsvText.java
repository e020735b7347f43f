package dev.tailgate.data.table;

import dev.tailgate.engine.tensor.DataException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/**
 * The text of a CSV file, perhaps compressed.
 *
 * @param beginning whole lines, without a byte order mark
 * @param encoding as DuckDB names it: what a user says, UTF-16 where the file has its mark, UTF-8
 */
record CsvText(Path path, String beginning, String encoding) {
  private static final int HEAD = 1 << 20;

  /** Reads the beginning of the file at {@code path}. */
  static CsvText open(Path path, Optional<String> stated) {
    try (InputStream in = stream(path)) {
      byte[] head = in.readNBytes(HEAD);
      boolean isWhole = head.length < HEAD;
      int mark = head.length < 2 ? 0 : (head[0] & 0xFF) << 8 | (head[1] & 0xFF);
      boolean isUtf16 = mark == 0xFFFE || mark == 0xFEFF;
      String encoding = stated.orElse(isUtf16 ? "utf-16" : "utf-8");
      String text = new String(head, charset(encoding));
      text = text.startsWith("\uFEFF") ? text.substring(1) : text;
      int end = isWhole ? -1 : text.lastIndexOf('\n');
      return new CsvText(path, end < 0 ? text : text.substring(0, end + 1), encoding);
    } catch (IOException e) {
      throw unreadable(path, e);
    }
  }

  private static Charset charset(String encoding) {
    return switch (encoding) {
      case "utf-16" -> StandardCharsets.UTF_16;
      case "latin-1" -> StandardCharsets.ISO_8859_1;
      default -> StandardCharsets.UTF_8;
    };
  }

  private static InputStream stream(Path path) throws IOException {
    InputStream file = new BufferedInputStream(Files.newInputStream(path), 1 << 16);
    return path.toString().toLowerCase(Locale.ROOT).endsWith(".gz")
        ? new GZIPInputStream(file, 1 << 16)
        : file;
  }

  /** Most cells of a line in the whole file, where quotes are characters. */
  int widest(char delimiter) {
    int widest = 1;
    try (InputStream file = stream(path);
        InputStream in = new BufferedInputStream(file, 1 << 16)) {
      int cells = 1;
      for (int c = in.read(); c >= 0; c = in.read()) {
        cells = c == '\n' || c == '\r' ? 1 : c == delimiter ? cells + 1 : cells;
        widest = Math.max(widest, cells);
      }
      return widest;
    } catch (IOException e) {
      throw unreadable(path, e);
    }
  }

  /** Whether some lines end in a line feed alone, and others with a carriage return before it. */
  boolean mixesEnds() {
    boolean hasPairs = beginning.contains("\r\n");
    boolean hasOthers =
        beginning.chars().filter(c -> c == '\n').count() != beginning.split("\r\n", -1).length - 1L;
    return hasPairs && hasOthers;
  }

  private static DataException unreadable(Path path, IOException e) {
    return DataException.doing("reading " + path.getFileName())
        .expected("a readable file")
        .found(String.valueOf(e.getMessage()))
        .where(path.toString())
        .fix("Check the path and its permissions.", e);
  }
}
