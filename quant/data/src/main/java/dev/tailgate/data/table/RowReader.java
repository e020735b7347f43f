package dev.tailgate.data.table;

import dev.tailgate.data.ClosingIterator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Streams rows of a table by index. Ascending indices are read in one pass over the table, in which
 * the rows between them are passed over. Others are read {@link #CHUNK} at a time: the indices are
 * joined to the numbered rows and the rows found sorted into their order, one pass over the table a
 * chunk. Memory is bounded by a chunk either way.
 */
final class RowReader {
  /** Rows sorted at a time. */
  private static final int CHUNK = 4096;

  private final TableQuery table;
  private final List<Column> columns;

  RowReader(TableQuery table, List<Column> columns) {
    this.table = table;
    this.columns = List.copyOf(columns);
  }

  /** The rows at {@code indices}, each read when it is asked for. */
  Iterator<Row> read(long[] indices) {
    boolean isAscending =
        IntStream.range(1, indices.length).allMatch(i -> indices[i - 1] < indices[i]);
    if (isAscending) {
      return indices.length == 0 ? List.<Row>of().iterator() : ascending(indices);
    }
    return IntStream.range(0, (indices.length + CHUNK - 1) / CHUNK)
        .mapToObj(
            c -> Arrays.copyOfRange(indices, c * CHUNK, Math.min(indices.length, (c + 1) * CHUNK)))
        .map(this::chunk)
        .flatMap(List::stream)
        .iterator();
  }

  private Iterator<Row> ascending(long[] indices) {
    long first = indices[0];
    long count = indices[indices.length - 1] - first + 1;
    String sql =
        String.format(
            Locale.ROOT,
            "SELECT %s FROM %s LIMIT %d OFFSET %d",
            projection(),
            table.from(),
            count,
            first);
    return new ClosingIterator<>(new Cursor(table.name(), columns, sql, indices, indices));
  }

  private List<Row> chunk(long[] indices) {
    String wanted =
        Arrays.stream(indices).mapToObj(Long::toString).collect(Collectors.joining(", "));
    String sql =
        String.format(
            Locale.ROOT,
            """
        SELECT t.* FROM (SELECT %s, row_number() OVER () - 1 AS "row index" FROM %s) t
        JOIN (SELECT unnest([%s]) AS wanted, generate_subscripts([%3$s], 1) AS place) w
        ON t."row index" = w.wanted ORDER BY w.place
        """,
            projection(),
            table.from(),
            wanted);
    long[] places = LongStream.range(0, indices.length).toArray();
    List<Row> rows = new ArrayList<>(indices.length);
    try (Cursor cursor = new Cursor(table.name(), columns, sql, places, indices)) {
      while (cursor.hasNext()) {
        rows.add(cursor.next());
      }
    }
    return rows;
  }

  private String projection() {
    return columns.stream()
        .map(c -> c.sql() + " AS " + SqlText.identifier(c.name()))
        .collect(Collectors.joining(", "));
  }
}
