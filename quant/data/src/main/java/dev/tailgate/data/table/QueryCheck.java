package dev.tailgate.data.table;

import dev.tailgate.engine.tensor.DataException;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What a query may do: it reads what the user can read, and nothing else.
 *
 * <p>DuckDB writes {@code SELECT} statements, and no others, as JSON; so only such a statement has
 * functions to look at. As tables, functions are let through that read files or make rows: among
 * the others are some that write files, change settings or follow addresses in memory. Functions
 * that make one value as long as a number says have to have that number in the text, since DuckDB
 * does not count a single value as memory until it is there.
 */
final class QueryCheck {
  private static final Set<String> TABLES =
      Set.of(
          "read_csv",
          "read_csv_auto",
          "sniff_csv",
          "read_json",
          "read_json_auto",
          "read_json_objects",
          "read_json_objects_auto",
          "read_ndjson",
          "read_ndjson_auto",
          "read_ndjson_objects",
          "read_parquet",
          "parquet_scan",
          "parquet_metadata",
          "parquet_schema",
          "parquet_file_metadata",
          "parquet_kv_metadata",
          "read_text",
          "read_blob",
          "glob",
          "range",
          "generate_series",
          "repeat",
          "repeat_row",
          "unnest",
          "json_each",
          "json_tree",
          "summary",
          "histogram",
          "histogram_values");

  /** Functions of a number that is the size of what they make. */
  private static final Set<String> SIZED =
      Set.of("repeat", "lpad", "rpad", "list_resize", "array_resize");

  /** Those of which every argument is one. */
  private static final Set<String> RANGES = Set.of("range", "generate_series");

  private static final String SIZE = "\\d{1,4}";

  private static final String STATEMENTS =
      "SELECT j->>'$.error', coalesce(j->>'$.error_message', ''),"
          + " coalesce(json_array_length(j, '$.statements'), 0)"
          + " FROM (SELECT json_serialize_sql(?)::JSON AS j)";

  private static final String FUNCTIONS =
      "SELECT value->>'$.function_name', key = 'function',"
          + " json_extract_string(value, '$.arguments[*].expression.literal.text'),"
          + " json_array_length(value, '$.arguments')"
          + " FROM (SELECT json_serialize_sql(?)::JSON AS j), json_tree(j)"
          + " WHERE type = 'OBJECT' AND value->>'$.class' = 'FUNCTION'";

  private QueryCheck() {}

  /**
   * Refuses a query that would do more than read.
   *
   * @throws DataException with what it would do
   */
  static void requireReading(String sql) {
    try (Connection connection = DuckDb.open(false)) {
      requireSelect(connection, sql);
      requireHarmless(connection, sql);
    } catch (SQLException e) {
      throw DuckDb.refused("the query of --data", e);
    }
  }

  private static void requireSelect(Connection connection, String sql) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(STATEMENTS)) {
      statement.setString(1, sql);
      try (ResultSet result = statement.executeQuery()) {
        result.next();
        boolean isBroken = Boolean.parseBoolean(result.getString(1));
        if (isBroken || result.getLong(3) != 1) {
          throw refused(
              "one SELECT statement",
              isBroken ? result.getString(2) : result.getLong(3) + " statements",
              sql,
              "Write for example SELECT text, label FROM 'x.parquet'.");
        }
      }
    }
  }

  private static void requireHarmless(Connection connection, String sql) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(FUNCTIONS)) {
      statement.setString(1, sql);
      try (ResultSet result = statement.executeQuery()) {
        while (result.next()) {
          String name = result.getString(1).toLowerCase(Locale.ROOT);
          if (result.getBoolean(2)) {
            requireTable(name, sql);
          } else {
            requireSize(name, result, sql);
          }
        }
      }
    }
  }

  private static void requireTable(String name, String sql) {
    if (!TABLES.contains(name)) {
      throw refused(
          "functions that read files or make rows",
          "FROM " + name + "(...)",
          sql,
          "Name the file behind FROM, or read it with read_csv, read_json or read_parquet.");
    }
  }

  private static void requireSize(String name, ResultSet call, String sql) throws SQLException {
    boolean isRange = RANGES.contains(name);
    if (!isRange && !SIZED.contains(name)) {
      return;
    }
    List<String> sizes = literals(call.getArray(3));
    // What is no literal is left out of the list.
    boolean areKnown = sizes.size() == call.getInt(4) || (!isRange && sizes.size() > 0);
    List<String> looked = isRange ? sizes : sizes.stream().filter(t -> t.matches("\\d+")).toList();
    boolean isSized = !looked.isEmpty() && looked.stream().allMatch(t -> t.matches(SIZE));
    if (!areKnown || !isSized) {
      throw refused(
          "a number of at most four digits as the size of what " + name + " makes",
          "another size",
          sql,
          "Write the size out, or make the rows in a file first.");
    }
  }

  private static List<String> literals(Array array) throws SQLException {
    List<String> texts = new ArrayList<>();
    for (Object text : (Object[]) array.getArray()) {
      texts.add(String.valueOf(text));
    }
    return texts;
  }

  private static DataException refused(String expected, String found, String sql, String advice) {
    return DataException.doing("reading the query of --data")
        .expected(expected)
        .found(found)
        .where(sql)
        .fix(advice);
  }
}
