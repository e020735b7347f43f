package dev.tailgate.data.table;

import dev.tailgate.engine.tensor.DataException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** What has to be known of a table before its first row is read. */
final class TableDescription {
  /** More names than this are no classes. */
  private static final int MOST_CLASSES = 10_000;

  private TableDescription() {}

  /** The columns, in their order; no row is read. */
  static List<Column> columns(TableQuery table) {
    return query(
        table,
        "DESCRIBE SELECT * FROM " + table.from(),
        result -> {
          List<Column> columns = new ArrayList<>();
          while (result.next()) {
            columns.add(Column.of(result.getString(1), result.getString(2)));
          }
          return columns;
        });
  }

  /**
   * The type of each of {@code columns} of texts, as SQL names it: what all its cells can be read
   * as.
   */
  static List<String> types(TableQuery table, List<String> columns) {
    String counts =
        columns.stream()
            .map(SqlText::identifier)
            .map(
                c ->
                    String.format(
                            Locale.ROOT,
                            "count(%1$s), count_if(regexp_full_match(trim(%1$s), '[-+]?[0-9]{1,18}')),",
                            c)
                        + String.format(
                            Locale.ROOT,
                            " count(TRY_CAST(%1$s AS DOUBLE)), count_if(lower(%1$s) IN ('true', 'false'))",
                            c))
            .collect(Collectors.joining(", "));
    return query(
        table,
        "SELECT " + counts + " FROM " + table.from(),
        result -> {
          result.next();
          List<String> types = new ArrayList<>();
          for (int i = 0; i < columns.size(); i++) {
            long cells = result.getLong(4 * i + 1);
            types.add(
                cells == 0
                    ? "VARCHAR"
                    : result.getLong(4 * i + 2) == cells
                        ? "BIGINT"
                        : result.getLong(4 * i + 3) == cells
                            ? "DOUBLE"
                            : result.getLong(4 * i + 4) == cells ? "BOOLEAN" : "VARCHAR");
          }
          return types;
        });
  }

  /** Mean number of words in the first cells of each of {@code columns}, which are texts. */
  static List<Double> words(TableQuery table, List<Column> columns) {
    String means =
        columns.stream()
            .map(c -> "coalesce(avg(len(string_split(trim(" + c.sql() + "), ' '))), 0)")
            .collect(Collectors.joining(", "));
    return query(
        table,
        "SELECT " + means + " FROM (SELECT * FROM " + table.from() + " LIMIT 100)",
        result -> {
          result.next();
          List<Double> found = new ArrayList<>();
          for (int i = 0; i < columns.size(); i++) {
            found.add(result.getDouble(i + 1));
          }
          return found;
        });
  }

  /**
   * Size of a table.
   *
   * @param rows how many there are
   * @param longestList elements of the longest list in the columns asked about; 0 without any
   */
  record Size(long rows, int longestList) {}

  /**
   * Counts the rows, in one pass that reads every cell of {@code columns}, so that cells that
   * cannot be read are met here, where DuckDB can say which line they are on.
   */
  static Size size(TableQuery table, List<Column> columns) {
    StringBuilder sql = new StringBuilder("SELECT count(*), greatest(0");
    columns.stream()
        .filter(c -> c.depth() > 0)
        .forEach(c -> sql.append(", max(len(").append(SqlText.identifier(c.name())).append("))"));
    sql.append(')');
    columns.forEach(c -> sql.append(", count(").append(c.sql()).append(')'));
    return query(
        table,
        sql.append(" FROM ").append(table.from()).toString(),
        result -> {
          result.next();
          return new Size(result.getLong(1), (int) Math.min(result.getLong(2), Integer.MAX_VALUE));
        });
  }

  /** The different texts of a column in sorted order, which numbers classes. */
  static List<String> classes(TableQuery table, Column column) {
    List<String> names =
        query(
            table,
            String.format(
                Locale.ROOT,
                "SELECT DISTINCT %1$s AS name FROM %2$s WHERE %1$s IS NOT NULL ORDER BY name LIMIT %3$d",
                column.sql(),
                table.from(),
                MOST_CLASSES + 1),
            result -> {
              List<String> found = new ArrayList<>();
              while (result.next()) {
                found.add(result.getString(1));
              }
              return found;
            });
    if (names.size() > MOST_CLASSES) {
      throw DataException.doing("reading " + table.name())
          .expected("at most " + MOST_CLASSES + " class names in column " + column.name())
          .found("more")
          .fix("Name the column of the labels with --columns label=NAME.");
    }
    return names;
  }

  /** The column of that name, in any case; the same case first. */
  static Optional<Column> find(List<Column> columns, String name) {
    Predicate<Column> same = c -> c.name().equals(name);
    return columns.stream()
        .filter(same)
        .findFirst()
        .or(() -> columns.stream().filter(c -> c.name().equalsIgnoreCase(name)).findFirst());
  }

  /** Takes what is wanted out of a result. */
  @FunctionalInterface
  private interface Reading<T> {
    T of(ResultSet result) throws SQLException;
  }

  private static <T> T query(TableQuery table, String sql, Reading<T> reading) {
    try (Connection connection = DuckDb.open(false);
        Statement statement = connection.createStatement();
        QueryWatch watch = QueryWatch.over(statement, QueryWatch.LIMIT);
        ResultSet result = watch.step(() -> statement.executeQuery(sql))) {
      return reading.of(result);
    } catch (SQLException e) {
      throw DuckDb.refused(table.name(), e);
    }
  }
}
