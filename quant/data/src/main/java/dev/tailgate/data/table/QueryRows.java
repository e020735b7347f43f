package dev.tailgate.data.table;

import java.sql.Array;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/** The rows of a query, made as they are read. Owns its connection. */
final class QueryRows implements AutoCloseable {
  private final String name;
  private final String sql;
  private final Connection connection;
  private final ResultSet result;

  /**
   * Runs {@code sql}.
   *
   * @param name of the table, for messages
   */
  @SuppressWarnings("MustBeClosedChecker") // closed by close()
  QueryRows(String name, String sql) {
    this.name = name;
    this.sql = sql;
    try {
      this.connection = DuckDb.open(true);
    } catch (SQLException e) {
      throw DuckDb.refused(name, e);
    }
    try {
      Statement statement = connection.createStatement();
      statement.closeOnCompletion();
      this.result = statement.executeQuery(sql);
    } catch (SQLException e) {
      close();
      throw DuckDb.refused(name, cause(e));
    }
  }

  /** Goes to the next row, if there is one. */
  boolean next() {
    try {
      return result.next();
    } catch (SQLException e) {
      throw DuckDb.refused(name, cause(e));
    }
  }

  /**
   * The cell of column {@code column}, from 0, of the row; a list is the array of its numbers.
   *
   * @param row for messages, from 1
   */
  @Nullable Object cell(int column, long row) {
    try {
      Object cell = result.getObject(column + 1);
      return cell instanceof Array array ? Lists.flat(array, name, row) : cell;
    } catch (SQLException e) {
      throw DuckDb.refused(name, cause(e));
    }
  }

  /** The number in column {@code column}, from 0, of the row, a double; NaN where it is NULL. */
  double number(int column) {
    try {
      double number = result.getDouble(column + 1);
      return result.wasNull() ? Double.NaN : number;
    } catch (SQLException e) {
      throw DuckDb.refused(name, cause(e));
    }
  }

  /** The text in column {@code column}, from 0, of the row; empty where it is NULL. */
  String text(int column) {
    try {
      String text = result.getString(column + 1);
      return text == null ? "" : text.trim();
    } catch (SQLException e) {
      throw DuckDb.refused(name, cause(e));
    }
  }

  /** DuckDB keeps no reason for a failure within a streamed result; running it again gives one. */
  private SQLException cause(SQLException failure) {
    try (Connection other = DuckDb.open(false);
        Statement statement = other.createStatement();
        ResultSet again = statement.executeQuery("EXPLAIN ANALYZE " + sql)) {
      again.next();
      return failure;
    } catch (SQLException reason) {
      return reason;
    }
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      // Nothing was written that could be lost.
    }
  }
}
