package dev.tailgate.data.series;

import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoField;
import java.util.Locale;
import java.util.Optional;

/**
 * The calendar features that forecasters are given beside the series, each scaled to [-1/2, 1/2]:
 * minute / 59, hour / 23, weekday / 6 from Monday on, (day of month - 1) / 30, (day of year - 1) /
 * 365, less 1/2. Three features leave minute and hour out (daily data), four the minute (hourly).
 *
 * <p>Source: H. Zhou et al., Informer, arXiv 2012.07436, after GluonTS.
 */
final class TimeMarks {
  /** Date and time as ETT (2016-07-01 00:00:00), ISO and spreadsheets (2010/1/1 0:00) write it. */
  private static final DateTimeFormatter FORM =
      new DateTimeFormatterBuilder()
          .appendPattern("[y-M-d][y/M/d][[ ]['T']H:m[:s]]")
          .optionalStart()
          .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
          .optionalEnd()
          .appendPattern("[XXX][X]")
          .parseDefaulting(ChronoField.HOUR_OF_DAY, 0)
          .parseDefaulting(ChronoField.MINUTE_OF_HOUR, 0)
          .toFormatter(Locale.ROOT);

  private TimeMarks() {}

  /** Whether exports have this number of features. */
  static boolean knows(long features) {
    return features >= 3 && features <= 5;
  }

  /** The cell as a time, if it is one; the zone is left open as in the data. */
  static Optional<LocalDateTime> parse(String cell) {
    if (cell.length() < 6 || !Character.isDigit(cell.charAt(0))) {
      return Optional.empty();
    }
    try {
      return Optional.of(LocalDateTime.parse(cell, FORM));
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  /** {@code features} numbers, 3 to 5, for the time {@code seconds} after 1970. */
  static float[] of(long seconds, int features) {
    LocalDateTime time = LocalDateTime.ofEpochSecond(seconds, 0, ZoneOffset.UTC);
    double[] all = {
      time.getMinute() / 59.0,
      time.getHour() / 23.0,
      (time.getDayOfWeek().getValue() - 1) / 6.0,
      (time.getDayOfMonth() - 1) / 30.0,
      (time.getDayOfYear() - 1) / 365.0
    };
    float[] marks = new float[features];
    for (int i = 0; i < features; i++) {
      marks[i] = (float) (all[all.length - features + i] - 0.5);
    }
    return marks;
  }
}
