package dev.tailgate.data.series;

import dev.tailgate.engine.tensor.DataException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/**
 * The records of a CSV file, header first, with the line each ends on. Cells are parted by commas,
 * by semicolons where the first line has no comma, or by tabs in {@code .tsv} files. Empty lines
 * are passed over. Owns the open file until closed.
 */
final class CsvRows implements AutoCloseable {
  private final Path file;
  private final CSVParser parser;
  private final Iterator<CSVRecord> records;
  private final List<String> header;

  /** Cells of every record; 0 until the header is read. */
  private int width;

  /** Opens {@code file} and reads its header. */
  CsvRows(Path file) {
    this.file = file;
    try {
      this.parser = parser(file);
      this.records = parser.iterator();
    } catch (IOException | UncheckedIOException e) {
      throw unreadable(e);
    }
    this.header = hasNext() ? next() : List.of();
    this.width = header.size();
  }

  @SuppressWarnings("MustBeClosedChecker") // The parser closes the reader.
  private static CSVParser parser(Path file) throws IOException {
    BufferedReader reader = Files.newBufferedReader(file);
    try {
      reader.mark(1 << 16);
      char[] start = new char[1 << 12];
      int read = Math.max(0, reader.read(start, 0, start.length));
      String first = new String(start, 0, read).lines().findFirst().orElse("");
      reader.reset();
      if (first.startsWith("\uFEFF")) {
        // Spreadsheets put a byte order mark before the first name.
        reader.skip(1);
      }
      boolean isTabs = file.toString().toLowerCase(Locale.ROOT).endsWith(".tsv");
      boolean isSemicolons = !first.contains(",") && first.contains(";");
      char delimiter = isTabs ? '\t' : isSemicolons ? ';' : ',';
      CSVFormat format = CSVFormat.DEFAULT.builder().setDelimiter(delimiter).setTrim(true).get();
      return CSVParser.builder().setReader(reader).setFormat(format).get();
    } catch (IOException | RuntimeException e) {
      reader.close();
      throw e;
    }
  }

  /** Names of the columns, in order. */
  List<String> header() {
    return header;
  }

  boolean hasNext() {
    try {
      return records.hasNext();
    } catch (UncheckedIOException | IllegalStateException e) {
      throw unreadable(e);
    }
  }

  /** The cells of the next record, as many as the header has. */
  List<String> next() {
    try {
      List<String> cells = records.next().toList();
      if (width > 0 && cells.size() != width) {
        throw DataException.doing("reading " + file.getFileName())
            .expected(width + " cells, as the header has")
            .found(cells.size() + " cells")
            .where(where())
            .fix("Mend the line.");
      }
      return cells;
    } catch (UncheckedIOException | IllegalStateException | NoSuchElementException e) {
      throw unreadable(e);
    }
  }

  /** File and line of the last record, for messages. */
  String where() {
    return file + ", line " + parser.getCurrentLineNumber();
  }

  private DataException unreadable(Exception cause) {
    boolean isCoding =
        cause instanceof CharacterCodingException
            || cause.getCause() instanceof CharacterCodingException;
    return DataException.doing("reading " + file.getFileName())
        .expected("a CSV file in UTF-8")
        .found(isCoding ? "bytes of another encoding" : String.valueOf(cause.getMessage()))
        .where(file.toString())
        .fix("Check the path, the quotes and the encoding.", cause);
  }

  @Override
  public void close() {
    try {
      parser.close();
    } catch (IOException e) {
      throw unreadable(e);
    }
  }
}
