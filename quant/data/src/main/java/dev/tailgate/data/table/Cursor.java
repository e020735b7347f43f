package dev.tailgate.data.table;

import dev.tailgate.data.ClosingIterator;
import dev.tailgate.engine.tensor.DataException;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** The result of a query, row by row, of which some are taken. Owns what it reads from. */
final class Cursor implements ClosingIterator.Source<Row> {
  private final String name;
  private final List<Column> columns;
  private final long[] places;
  private final long[] indices;
  private final QueryRows rows;
  private int taken;
  private long at;

  /**
   * Runs {@code sql}, whose result begins with {@code columns}.
   *
   * @param places of the rows that are taken, ascending, where the first row has the first number
   * @param indices of those rows in the table
   */
  Cursor(String name, List<Column> columns, String sql, long[] places, long[] indices) {
    this.name = name;
    this.columns = columns;
    this.places = places;
    this.indices = indices;
    this.at = places[0];
    this.rows = new QueryRows(name, sql);
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
    long index = indices[taken];
    boolean found = rows.next();
    while (found && at < places[taken]) {
      found = rows.next();
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
    @Nullable Object[] cells = new @Nullable Object[columns.size()];
    for (int i = 0; i < cells.length; i++) {
      cells[i] = rows.cell(i, index + 1);
    }
    return new Row(name, index, columns, cells);
  }

  @Override
  public void close() {
    rows.close();
  }
}
