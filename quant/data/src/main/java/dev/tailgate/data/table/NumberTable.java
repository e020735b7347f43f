package dev.tailgate.data.table;

import dev.tailgate.data.DataSpec;
import dev.tailgate.data.Opening;
import dev.tailgate.engine.tensor.DataException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A table of numbers, read from its first row to its last: any file or query that is a table. The
 * cells of a CSV file are read as texts, and those that numbers are asked of as the double nearest
 * to what is written; other tables know what is a number.
 */
public final class NumberTable {
  private final TableQuery table;
  private final Optional<CsvFile> csv;
  private final List<Column> columns;
  private final List<String> names;

  private NumberTable(TableQuery table, Optional<CsvFile> csv, List<Column> columns) {
    this.table = table;
    this.csv = csv;
    this.columns = columns;
    // The names stand in the first record.
    this.names = csv.isPresent() ? cells(0) : columns.stream().map(Column::name).toList();
  }

  /** Opens {@code data}; no row is read but the header. */
  public static NumberTable open(DataSpec data) {
    if (data instanceof DataSpec.FileSpec file && CsvFile.accepts(file.path())) {
      TableQuery.requireRows(file.path());
      CsvFile csv = CsvFile.of(file.path());
      List<Column> texts =
          IntStream.range(0, csv.width())
              .mapToObj(i -> new Column(Integer.toString(i), Column.Type.TEXT, 0))
              .toList();
      return new NumberTable(TableQuery.of(csv), Optional.of(csv), texts);
    }
    TableQuery table = TableQuery.of(data);
    return new NumberTable(table, Optional.empty(), TableDescription.columns(table));
  }

  /** Whether a table is named, or a query. */
  public static boolean accepts(Opening opening) {
    boolean isQuery = opening.request().data().filter(d -> opening.path().isEmpty()).isPresent();
    return isQuery || (opening.isFile() && TableQuery.accepts(opening.path().orElseThrow()));
  }

  /** For messages. */
  public String name() {
    return table.name();
  }

  /** The names of the columns, in order. */
  public List<String> names() {
    return names;
  }

  /** Where the names stand, for messages. */
  public String whereHeader() {
    return csv.map(c -> c.path() + ", line " + c.line(0)).orElse(table.name());
  }

  /** The cells of the first row as texts, empty where there are none; none without a row. */
  public List<String> firstRow() {
    return cells(header());
  }

  /** The cells of a row, the header of a CSV file counted. */
  private List<String> cells(long row) {
    String texts = columns.stream().map(NumberTable::text).collect(Collectors.joining(", "));
    try (QueryRows found = rows(texts, row)) {
      return found.next()
          ? IntStream.range(0, columns.size()).mapToObj(found::text).toList()
          : List.of();
    }
  }

  /**
   * Reads the columns at {@code numbers}, and {@code text} as text.
   *
   * @throws DataException where the table cannot be read, here or while it is
   */
  public Rows read(List<Integer> numbers, Optional<Integer> text) {
    StringBuilder wanted = new StringBuilder();
    numbers.forEach(i -> wanted.append(number(columns.get(i))).append(", "));
    wanted.append(text.map(i -> text(columns.get(i))).orElse("NULL"));
    return new Rows(rows(wanted.toString(), header()), numbers);
  }

  private QueryRows rows(String wanted, long from) {
    String sql =
        String.format(Locale.ROOT, "SELECT %s FROM %s OFFSET %d", wanted, table.from(), from);
    try {
      return new QueryRows(table.name(), sql);
    } catch (DataException e) {
      throw refusal(e);
    }
  }

  /** Rows before the first one with numbers. */
  private int header() {
    return csv.isPresent() ? 1 : 0;
  }

  private static String text(Column column) {
    return "CAST(" + SqlText.identifier(column.name()) + " AS VARCHAR)";
  }

  private static String number(Column column) {
    return column.isNumber()
        ? "CAST(" + SqlText.identifier(column.name()) + " AS DOUBLE)"
        : "TRY_CAST(trim(" + text(column) + ") AS DOUBLE)";
  }

  /** What is wrong with the table, where a row of it could not be read. */
  private DataException refusal(DataException failure) {
    Optional<CsvFile.Found> odd = csv.flatMap(CsvFile::firstOdd);
    if (odd.isEmpty()) {
      return failure;
    }
    boolean isWidth = odd.get().cells() != columns.size();
    return DataException.doing("reading " + table.name())
        .expected(
            isWidth
                ? columns.size() + " cells, as the header has"
                : "lines that end in " + csv.get().end() + ", as the header does")
        .found(isWidth ? odd.get().cells() + " cells" : odd.get().end())
        .where(csv.get().path() + ", line " + odd.get().line())
        .fix(isWidth ? "Mend the line." : "Save the file with one kind of line end.", failure);
  }

  /** The rows from the first on. Owns what it reads from. */
  public final class Rows implements AutoCloseable {
    private final QueryRows rows;
    private final List<Integer> numbers;
    private long at = -1;

    private Rows(QueryRows rows, List<Integer> numbers) {
      this.rows = rows;
      this.numbers = numbers;
    }

    /** Goes to the next row, if there is one. */
    public boolean next() {
      at++;
      try {
        return rows.next();
      } catch (DataException e) {
        throw refusal(e);
      }
    }

    /** The number in the {@code i}th of the columns asked for; NaN where there is none. */
    public double number(int i) {
      return rows.number(i);
    }

    /** What stands there instead of a number. */
    public String written(int i) {
      return cells(at + header()).get(numbers.get(i));
    }

    /** The text that was asked for. */
    public String text() {
      return rows.text(numbers.size());
    }

    /** File and line of the row, or its number, for messages. */
    public String where() {
      return csv.map(c -> c.path() + ", line " + c.line(at + 1))
          .orElseGet(() -> table.name() + ", row " + (at + 1));
    }

    @Override
    public void close() {
      rows.close();
    }
  }
}
