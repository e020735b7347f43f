package dev.tailgate.data.series;

import dev.tailgate.engine.tensor.DataException;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The numbers of a CSV file, all in memory: windows overlap, and the scaling needs the training
 * part before the first window.
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
  static SeriesTable read(Path file, List<String> asked, boolean withTimes) {
    try (CsvRows csv = new CsvRows(file)) {
      if (!csv.hasNext()) {
        throw DataException.doing("reading " + file.getFileName())
            .expected("a header and rows of numbers")
            .found("no rows")
            .where(file.toString())
            .fix("Check that the file is complete.");
      }
      List<String> cells = csv.next();
      SeriesColumns columns = SeriesColumns.of(file, csv.header(), cells, asked);
      boolean hasDates =
          withTimes
              && columns.date().isPresent()
              && TimeMarks.parse(cells.get(columns.date().getAsInt())).isPresent();
      List<double[]> rows = new ArrayList<>();
      List<Long> seconds = new ArrayList<>();
      boolean isRow = true;
      while (isRow) {
        if ((rows.size() + 1L) * (columns.channels().size() + 3L) > MOST_NUMBERS) {
          throw DataException.doing("reading " + file.getFileName())
              .expected("at most " + MOST_NUMBERS + " numbers")
              .found("more")
              .where(csv.where())
              .fix("Choose fewer channels with --series-columns, or cut the file.");
        }
        rows.add(numbers(csv, columns, cells));
        if (hasDates) {
          seconds.add(time(csv, cells.get(columns.date().getAsInt()), file));
        }
        isRow = csv.hasNext();
        cells = isRow ? csv.next() : cells;
      }
      return new SeriesTable(columns.names(), rows, seconds);
    }
  }

  private static double[] numbers(CsvRows csv, SeriesColumns columns, List<String> cells) {
    double[] row = new double[columns.channels().size()];
    for (int i = 0; i < row.length; i++) {
      String cell = cells.get(columns.channels().get(i));
      double value = SeriesColumns.number(cell);
      if (!Double.isFinite(value)) {
        throw DataException.doing("reading column " + columns.names().get(i))
            .expected("a finite number")
            .found(cell.isEmpty() ? "nothing" : cell)
            .where(csv.where())
            .fix("Fill the gap, or leave the column out with --series-columns.");
      }
      row[i] = value;
    }
    return row;
  }

  private static long time(CsvRows csv, String cell, Path file) {
    Optional<LocalDateTime> time = TimeMarks.parse(cell);
    return time.orElseThrow(
            () ->
                DataException.doing("reading " + file.getFileName())
                    .expected("a date such as 2016-07-01 00:00:00")
                    .found(cell)
                    .where(csv.where())
                    .fix("Mend the date."))
        .toEpochSecond(ZoneOffset.UTC);
  }

  int channels() {
    return names.size();
  }
}
