package dev.tailgate.data.table;

import dev.tailgate.data.ClosingIterator;
import dev.tailgate.engine.tensor.DataException;
import java.sql.Array;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** The result of a query, row by row, of which some are taken. Owns its connection. */
final class Cursor implements ClosingIterator.Source<Row> {
  private final String name;
  private final List<Column> columns;
  private final String sql;
  private final long[] places;
  private final long[] indices;
  private final Connection connection;
  private final ResultSet result;
  private int taken;
  private long at;

  /**
   * Runs {@code sql}, whose result begins with {@code columns}.
   *
   * @param places of the rows that are taken, ascending, where the first row has the first number
   * @param indices of those rows in the table
   */
  @SuppressWarnings("MustBeClosedChecker") // closed by close()
  Cursor(String name, List<Column> columns, String sql, long[] places, long[] indices) {
    this.name = name;
    this.columns = columns;
    this.sql = sql;
    this.places = places;
    this.indices = indices;
    this.at = places[0];
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
      throw DuckDb.refused(name, e);
    }
  }

  @Override
  public boolean hasNext() {
    return taken < indices.length;
  }

  @Override
  public Row next() {
    if (!hasNext()) {
      throw new NoSuchElementException("all rows have been read");
    }
    try {
      long index = indices[taken];
      boolean found = result.next();
      while (found && at < places[taken]) {
        found = result.next();
        at++;
      }
      if (!found) {
        throw DataException.doing("reading " + name)
            .expected("the rows that were counted before")
            .found("an end before row " + (index + 1))
            .fix("Leave the file alone while it is read.");
      }
      taken++;
      at++;
      return new Row(name, index, columns, cells(index));
    } catch (SQLException e) {
      throw DuckDb.refused(name, cause(e));
    }
  }

  private @Nullable Object[] cells(long index) throws SQLException {
    @Nullable Object[] cells = new @Nullable Object[columns.size()];
    for (int i = 0; i < cells.length; i++) {
      Object cell = result.getObject(i + 1);
      cells[i] = cell instanceof Array array ? Lists.flat(array, name, index + 1) : cell;
    }
    return cells;
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
