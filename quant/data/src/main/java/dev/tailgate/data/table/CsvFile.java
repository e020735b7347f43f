package dev.tailgate.data.table;

import dev.tailgate.engine.tensor.DataException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;

/**
 * A CSV file that is read as it stands, with nothing guessed from its rows: cells are parted by
 * commas, by semicolons where the first record has no comma, or by tabs in {@code .tsv} files;
 * there are as many as in the first record. Empty lines are passed over.
 *
 * <p>DuckDB reads it; here is what has to be known before, and after a failure: how many cells the
 * first record has, and the line that a record is on.
 *
 * @param delimiter between cells
 * @param end of the first record, as SQL writes it
 * @param width cells of every record
 */
record CsvFile(Path path, char delimiter, String end, int width) {
  /**
   * A record of the file.
   *
   * @param index of the record, from 0
   * @param line on which it ends, from 1
   * @param cells how many it has
   * @param end of its last line, as SQL writes it
   */
  record Found(long index, long line, int cells, String end) {}

  /** Whether the name is that of a CSV file, perhaps compressed. */
  static boolean accepts(Path path) {
    return plainName(path).endsWith(".csv") || plainName(path).endsWith(".tsv");
  }

  private static String plainName(Path path) {
    String name = path.toString().toLowerCase(Locale.ROOT);
    return name.endsWith(".gz") ? name.substring(0, name.length() - 3) : name;
  }

  /** Reads the first record. */
  static CsvFile of(Path path) {
    char delimiter = '\t';
    if (!plainName(path).endsWith(".tsv")) {
      int semicolons = first(path, ';').cells();
      delimiter = first(path, ',').cells() == 1 && semicolons > 1 ? ';' : ',';
    }
    Found header = first(path, delimiter);
    return new CsvFile(path, delimiter, header.end(), header.cells());
  }

  private static Found first(Path path, char delimiter) {
    return new CsvFile(path, delimiter, "\\n", 0).find(found -> true);
  }

  /** The records as rows of texts called by their places, for behind {@code FROM}. */
  String from() {
    String columns =
        IntStream.range(0, width)
            .mapToObj(i -> String.format(Locale.ROOT, "'%d': 'VARCHAR'", i))
            .collect(Collectors.joining(", "));
    String records =
        String.format(
            Locale.ROOT,
            "read_csv(%s, auto_detect = false, header = false, delim = '%s', new_line = '%s', quote = '\"', escape = '\"', columns = {%s})",
            SqlText.path(path.toString()),
            delimiter,
            end,
            columns);
    // Of one column, an empty line reads as a cell.
    return width > 1 ? records : "(SELECT * FROM " + records + " WHERE \"0\" IS NOT NULL)";
  }

  /** The line on which the record ends. */
  long line(long record) {
    return find(found -> found.index() == record).line();
  }

  /** The first record that is not formed like the first one, if there is one. */
  Optional<Found> firstOdd() {
    Predicate<Found> isOdd = found -> found.cells() != width || !found.end().equals(end);
    return Optional.of(find(isOdd)).filter(isOdd);
  }

  /** The first record that {@code wanted} is true of, otherwise the last one. */
  private Found find(Predicate<Found> wanted) {
    try (InputStream file = Files.newInputStream(path);
        InputStream plain =
            path.toString().toLowerCase(Locale.ROOT).endsWith(".gz")
                ? new GZIPInputStream(file)
                : file;
        InputStream bytes = new BufferedInputStream(plain, 1 << 16)) {
      return find(bytes, wanted);
    } catch (IOException e) {
      throw DataException.doing("reading " + path.getFileName())
          .expected("a readable file")
          .found(String.valueOf(e.getMessage()))
          .where(path.toString())
          .fix("Check the path and its permissions.", e);
    }
  }

  /** Delimiters, quotes and ends of lines are single bytes in UTF-8, and no part of others. */
  private Found find(InputStream bytes, Predicate<Found> wanted) throws IOException {
    Found found = new Found(-1, 1, 1, "\\n");
    long line = 1;
    int cells = 1;
    int before = '\n';
    boolean isEmpty = true;
    boolean isQuoted = false;
    int c = bytes.read();
    while (c >= 0) {
      int next = bytes.read();
      boolean isStart = before == '\n' || before == '\r' || before == delimiter;
      if (c == '"' && (isQuoted || isStart || before == '"')) {
        isQuoted = !isQuoted;
      }
      boolean isEnd = (c == '\n' || c == '\r') && !isQuoted;
      if (isEnd && !isEmpty) {
        String end = c == '\n' ? "\\n" : next == '\n' ? "\\r\\n" : "\\r";
        found = new Found(found.index() + 1, line, cells, end);
        if (wanted.test(found)) {
          return found;
        }
      }
      cells = isEnd ? 1 : c == delimiter && !isQuoted ? cells + 1 : cells;
      isEmpty = isEnd;
      line += c == '\n' || (c == '\r' && next != '\n') ? 1 : 0;
      // Spreadsheets put a byte order mark before the first name, and people a space.
      boolean isMark = found.index() < 0 && (c == 0xEF || c == 0xBB || c == 0xBF);
      before = isMark || (c == ' ' && isStart && !isQuoted) ? before : c;
      c = next;
    }
    return isEmpty || isQuoted ? found : new Found(found.index() + 1, line, cells, found.end());
  }
}
