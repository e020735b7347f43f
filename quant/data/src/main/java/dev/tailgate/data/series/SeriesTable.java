package dev.tailgate.data.series;

import dev.tailgate.data.DataSpec;
import dev.tailgate.data.table.NumberTable;
import dev.tailgate.engine.tensor.DataException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The numbers of a table, all in memory: windows overlap, and the scaling needs the training part
 * before the first window.
 *
 * @param names of the channels
 * @param rows {@code [rows][channels]}, all finite
 * @param seconds the time of each row, seconds after 1970; empty where it was not read
 */
record SeriesTable(List<String> names, List<double[]> rows, List<Long> seconds) {
  /** 256 MB of doubles, a row counted as three more than its channels. */
  private static final long MOST_NUMBERS = 1L << 25;

  /**
   * Reads the channels {@code asked} for, or every column of numbers, and where {@code withTimes}
   * the column of dates, if there is one.
   *
   * @throws DataException with the line where a number is missing or is none
   */
  static SeriesTable read(DataSpec data, List<String> asked, boolean withTimes) {
    NumberTable table = NumberTable.open(data);
    List<String> first = table.firstRow();
    if (first.isEmpty()) {
      throw DataException.doing("reading " + table.name())
          .expected("a header and rows of numbers")
          .found("no rows")
          .where(data.toString())
          .fix("Check that the file is complete.");
    }
    SeriesColumns columns = SeriesColumns.of(table, first, asked);
    Optional<Integer> date =
        columns.date().filter(i -> withTimes && TimeMarks.parse(first.get(i)).isPresent());
    List<double[]> rows = new ArrayList<>();
    List<Long> seconds = new ArrayList<>();
    try (NumberTable.Rows read = table.read(columns.channels(), date)) {
      while (read.next()) {
        if ((rows.size() + 1L) * (columns.channels().size() + 3L) > MOST_NUMBERS) {
          throw DataException.doing("reading " + table.name())
              .expected("at most " + MOST_NUMBERS + " numbers")
              .found("more")
              .where(read.where())
              .fix("Choose fewer channels with --series-columns, or cut the file.");
        }
        rows.add(numbers(read, columns));
        if (date.isPresent()) {
          seconds.add(time(read, table.name()));
        }
      }
    }
    return new SeriesTable(columns.names(), rows, seconds);
  }

  private static double[] numbers(NumberTable.Rows read, SeriesColumns columns) {
    double[] row = new double[columns.channels().size()];
    for (int i = 0; i < row.length; i++) {
      row[i] = read.number(i);
      if (!Double.isFinite(row[i])) {
        String written = read.written(i);
        throw DataException.doing("reading column " + columns.names().get(i))
            .expected("a finite number")
            .found(written.isEmpty() ? "nothing" : written)
            .where(read.where())
            .fix("Fill the gap, or leave the column out with --series-columns.");
      }
    }
    return row;
  }

  private static long time(NumberTable.Rows read, String name) {
    Optional<LocalDateTime> time = TimeMarks.parse(read.text());
    return time.orElseThrow(
            () ->
                DataException.doing("reading " + name)
                    .expected("a date such as 2016-07-01 00:00:00")
                    .found(read.text())
                    .where(read.where())
                    .fix("Mend the date."))
        .toEpochSecond(ZoneOffset.UTC);
  }

  int channels() {
    return names.size();
  }
}
