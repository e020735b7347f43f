package dev.tailgate.data.series;

import dev.tailgate.data.table.NumberTable;
import dev.tailgate.engine.tensor.DataException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Which columns of a file are channels and which one is the time. A column is a channel if the
 * first row has a number there, or nothing, and its name is not one of time; columns without a name
 * are the row numbers that pandas writes; the first column that is named after time or holds a date
 * is the time.
 *
 * @param channels places of the channels, in the order they are read in
 * @param names their names
 * @param date place of the time
 */
record SeriesColumns(List<Integer> channels, List<String> names, Optional<Integer> date) {
  private static final Set<String> TIMES = Set.of("date", "time", "datetime", "timestamp", "ds");

  SeriesColumns {
    channels = List.copyOf(channels);
    names = List.copyOf(names);
  }

  /** Decides by the header and the first row; {@code asked} names the channels, if not empty. */
  static SeriesColumns of(NumberTable table, List<String> first, List<String> asked) {
    List<String> header = table.names();
    if (header.stream().allMatch(SeriesColumns::isNumber) || header.isEmpty()) {
      throw DataException.doing("reading " + table.name())
          .expected("a first line with the names of the columns")
          .found(header.isEmpty() ? "an empty file" : "numbers")
          .where(table.whereHeader())
          .fix("Add a header, for example date,x.");
    }
    Optional<Integer> date =
        IntStream.range(0, header.size())
            .boxed()
            .filter(i -> isNamedTime(header.get(i)) || TimeMarks.parse(first.get(i)).isPresent())
            .findFirst();
    List<Integer> channels = new ArrayList<>();
    if (asked.isEmpty()) {
      for (int i = 0; i < header.size(); i++) {
        boolean isChannel = isNumber(first.get(i)) || first.get(i).isEmpty();
        if (isChannel && !header.get(i).isEmpty() && !isNamedTime(header.get(i))) {
          channels.add(i);
        }
      }
    }
    for (String name : asked) {
      int at = header.indexOf(name);
      if (at < 0) {
        throw noColumns(table, "a column " + name);
      }
      channels.add(at);
    }
    if (channels.isEmpty()) {
      throw noColumns(table, "a column of numbers");
    }
    return new SeriesColumns(channels, channels.stream().map(header::get).toList(), date);
  }

  private static DataException noColumns(NumberTable table, String expected) {
    return DataException.doing("choosing the channels of " + table.name())
        .expected(expected)
        .found("columns " + table.names().stream().limit(40).collect(Collectors.joining(", ")))
        .where(table.whereHeader())
        .fix("Name the channels with --series-columns.");
  }

  private static boolean isNamedTime(String name) {
    return TIMES.contains(name.toLowerCase(Locale.ROOT));
  }

  /** Whether the cell holds a number as data files write it, or stands for a missing one. */
  static boolean isNumber(String cell) {
    return !Double.isNaN(number(cell)) || cell.equalsIgnoreCase("nan");
  }

  /** The number in the cell; NaN where it holds none. */
  static double number(String cell) {
    // Java also reads 1d and 1f, which no data file means as a number.
    if (cell.isEmpty() || "dDfF".indexOf(cell.charAt(cell.length() - 1)) >= 0) {
      return Double.NaN;
    }
    try {
      return Double.parseDouble(cell);
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }
}
