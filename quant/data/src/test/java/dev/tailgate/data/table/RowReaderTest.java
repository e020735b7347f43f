package dev.tailgate.data.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailgate.data.DataSpec;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RowReaderTest {
  private static final int ROWS = 300_000;

  @TempDir Path folder;
  private RowReader reader = new RowReader(new TableQuery("unset", "unset"), List.of());
  private Column number = Column.of("unset", "BIGINT");

  @BeforeEach
  void writeTable() throws SQLException {
    Path path =
        Tables.parquet(
            folder.resolve("many [1].parquet"),
            "SELECT i AS n, 'text ' || i AS t FROM range(" + ROWS + ") r(i)");
    TableQuery table = TableQuery.of(DataSpec.of(path));
    List<Column> columns = TableDescription.columns(table);
    number = columns.get(0);
    reader = new RowReader(table, columns);
  }

  private void readsAsAsked(long[] indices) {
    Iterator<Row> rows = reader.read(indices);
    for (long index : indices) {
      Row row = rows.next();
      assertThat(row.index()).isEqualTo(index);
      assertThat(row.integer(number)).isEqualTo(index);
      assertThat(row.text(row.columns().get(1))).isEqualTo("text " + index);
    }
    assertThat(rows.hasNext()).isFalse();
  }

  @Test
  void readsConsecutiveRows() {
    readsAsAsked(LongStream.range(0, 5000).toArray());
    readsAsAsked(LongStream.range(ROWS - 10, ROWS).toArray());
    readsAsAsked(new long[0]);
  }

  @Test
  void readsEveryFourthRow() {
    readsAsAsked(LongStream.iterate(3, i -> i < ROWS, i -> i + 4).toArray());
  }

  @Test
  void readsShuffledRowsOverSeveralPasses() {
    Random random = new Random(7);
    readsAsAsked(LongStream.range(0, 9000).map(i -> random.nextInt(ROWS)).toArray());
  }

  @Test
  void readersTakeTurns() {
    Iterator<Row> one = reader.read(new long[] {0, 1, 2});
    Iterator<Row> other = reader.read(new long[] {5, 4, 3});
    List<Long> read = new ArrayList<>();
    while (one.hasNext()) {
      read.add(one.next().index());
      read.add(other.next().index());
    }
    assertThat(read).containsExactly(0L, 5L, 1L, 4L, 2L, 3L);
  }
}
