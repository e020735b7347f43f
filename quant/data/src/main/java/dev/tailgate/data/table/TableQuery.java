package dev.tailgate.data.table;

import dev.tailgate.data.DataSpec;
import dev.tailgate.engine.tensor.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What is read, as SQL.
 *
 * @param name for messages
 * @param from what can stand behind {@code FROM}: a function over a file or a query
 * @param csv how the file is written, where it is a CSV file
 */
record TableQuery(String name, String from, Optional<CsvDialect> csv) {
  /** Rows of a CSV file by which the types of its columns are found. */
  private static final int TYPED_ROWS = 20_480;

  /** How each kind of file is read, by the end of its name. */
  private static final Map<String, String> READERS =
      Map.of(
          ".parquet", "read_parquet(%s)",
          ".jsonl", "read_json(%s, format = 'newline_delimited')",
          ".ndjson", "read_json(%s, format = 'newline_delimited')");

  /** What is no CSV file, or one whose form is not asked about. */
  TableQuery(String name, String from) {
    this(name, from, Optional.empty());
  }

  /** Whether the name is that of a table; CSV and JSON lines may be compressed by gzip. */
  static boolean accepts(Path path) {
    return CsvFile.accepts(path) || reader(path).isPresent();
  }

  private static Optional<String> reader(Path path) {
    String name = path.toString().toLowerCase(Locale.ROOT);
    String plain = name.endsWith(".gz") ? name.substring(0, name.length() - 3) : name;
    return READERS.entrySet().stream()
        .filter(e -> plain.endsWith(e.getKey()))
        .filter(e -> plain.equals(name) || !e.getKey().equals(".parquet"))
        .map(Map.Entry::getValue)
        .findFirst();
  }

  /** The table that {@code spec} names, in the form that is found in it. */
  static TableQuery of(DataSpec spec) {
    return of(spec, CsvOptions.NONE);
  }

  /**
   * The table that {@code spec} names.
   *
   * @throws DataException where {@code said} speaks of a CSV file, and there is none
   */
  static TableQuery of(DataSpec spec, CsvOptions said) {
    boolean isCsv = spec instanceof DataSpec.FileSpec f && CsvFile.accepts(f.path());
    if (!isCsv && !said.equals(CsvOptions.NONE)) {
      throw DataException.doing("reading " + spec)
          .expected("a .csv or .tsv file, of which --csv speaks")
          .found(spec instanceof DataSpec.QuerySpec ? "a query" : "another kind of table")
          .fix("Leave --csv out; in a query, give read_csv its own options.");
    }
    if (spec instanceof DataSpec.FileSpec file) {
      return isCsv ? ofCsv(file.path(), said) : ofFile(file.path());
    }
    return ofSql(((DataSpec.QuerySpec) spec).sql());
  }

  private static TableQuery ofCsv(Path path, CsvOptions said) {
    requireRows(path);
    String name = path.getFileName().toString();
    CsvDialect dialect = CsvDialect.of(path, said);
    String texts = dialect.from(path, Collections.nCopies(dialect.width(), "VARCHAR"));
    String head = "(SELECT * FROM " + texts + " LIMIT " + TYPED_ROWS + ")";
    List<String> types =
        TableDescription.types(new TableQuery(name, head, Optional.of(dialect)), dialect.columns());
    return new TableQuery(name, dialect.from(path, types), Optional.of(dialect));
  }

  private static TableQuery ofFile(Path path) {
    String name = path.getFileName().toString();
    String reader =
        reader(path).orElseThrow(() -> new IllegalArgumentException("no table: " + path));
    requireRows(path);
    return new TableQuery(name, String.format(Locale.ROOT, reader, SqlText.path(path.toString())));
  }

  /** The records of a CSV file as they stand, as rows of texts. */
  static TableQuery of(CsvFile file) {
    return new TableQuery(file.path().getFileName().toString(), file.from());
  }

  /** Refuses an empty file. */
  static void requireRows(Path path) {
    String name = path.getFileName().toString();
    try {
      if (Files.size(path) == 0) {
        throw DataException.doing("reading " + name)
            .expected("rows")
            .found("an empty file")
            .where(path.toString())
            .fix("Write the file again.");
      }
    } catch (IOException e) {
      throw DataException.doing("reading " + name)
          .expected("a readable file")
          .found(String.valueOf(e.getMessage()))
          .where(path.toString())
          .fix("Check the path and its permissions.", e);
    }
  }

  private static TableQuery ofSql(String sql) {
    QueryCheck.requireReading(sql);
    // A function, not brackets: what the text begins or ends with cannot reach out of a string.
    return new TableQuery("the query", "query(" + SqlText.literal(sql) + ")");
  }
}
