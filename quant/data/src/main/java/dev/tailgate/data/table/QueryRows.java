package dev.tailgate.data.table;

import java.sql.Array;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The rows of a query, made as they are read. Owns its connection. */
final class QueryRows implements AutoCloseable {
  private final String name;
  private final String sql;
  private final Connection connection;
  private final Duration limit;
  private final QueryWatch watch;
  private final ResultSet result;

  /**
   * Runs {@code sql}.
   *
   * @param name of the table, for messages
   */
  QueryRows(String name, String sql) {
    this(name, sql, QueryWatch.LIMIT);
  }

  /** Runs {@code sql}, which is ended where a row takes longer than {@code limit}. */
  @SuppressWarnings("MustBeClosedChecker") // closed by close()
  QueryRows(String name, String sql, Duration limit) {
    this.limit = limit;
    this.name = name;
    this.sql = sql;
    try {
      this.connection = DuckDb.open(true);
    } catch (SQLException e) {
      throw DuckDb.refused(name, e);
    }
    Optional<QueryWatch> opened = Optional.empty();
    try {
      Statement statement = connection.createStatement();
      statement.closeOnCompletion();
      opened = Optional.of(QueryWatch.over(statement, limit));
      this.watch = opened.get();
      this.result = watch.step(() -> statement.executeQuery(sql));
    } catch (SQLException e) {
      opened.ifPresent(QueryWatch::close);
      closeConnection();
      throw DuckDb.refused(name, cause(e));
    }
  }

  /** Goes to the next row, if there is one. */
  boolean next() {
    try {
      return watch.step(result::next);
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
    if (failure instanceof SQLTimeoutException) {
      return failure;
    }
    try (Connection other = DuckDb.open(false);
        Statement statement = other.createStatement();
        QueryWatch over = QueryWatch.over(statement, limit);
        ResultSet again = over.step(() -> statement.executeQuery("EXPLAIN ANALYZE " + sql))) {
      again.next();
      return failure;
    } catch (SQLException reason) {
      return reason;
    }
  }

  @Override
  public void close() {
    watch.close();
    closeConnection();
  }

  private void closeConnection() {
    try {
      connection.close();
    } catch (SQLException e) {
      // Nothing was written that could be lost.
    }
  }
}
