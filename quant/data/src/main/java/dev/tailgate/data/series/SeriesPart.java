package dev.tailgate.data.series;

import java.util.Locale;

/**
 * The rows of one part of a series. Files named ETTh and ETTm have 12, 4 and 4 months of 30 days,
 * hourly or each quarter of an hour, and what follows is not used; other files 0.7, 0.1 and 0.2 of
 * the rows. The parts after the first begin one window early, so that their first forecast is of
 * their first row.
 *
 * <p>Source: H. Zhou et al., Informer, arXiv 2012.07436, section 5.1, and the data loader that it
 * and its successors share.
 *
 * @param train rows that the scaling is fitted on, from row 0
 * @param from first row of the part
 * @param to row behind its last
 */
record SeriesPart(int train, int from, int to) {
  private static final int HOURS_A_MONTH = 30 * 24;

  /**
   * The part {@code split} of the {@code rows} rows of {@code table}, for windows of {@code window}
   * rows.
   */
  static SeriesPart of(String table, int rows, SeriesSplit split, int window) {
    String name = table.toLowerCase(Locale.ROOT);
    int month = HOURS_A_MONTH * (name.startsWith("ettm") ? 4 : 1);
    boolean isEtt = name.matches("ett[hm].*") && rows >= 20 * month;
    int train = isEtt ? 12 * month : (int) (rows * 0.7);
    int test = isEtt ? 4 * month : (int) (rows * 0.2);
    int end = isEtt ? 20 * month : rows;
    return switch (split) {
      case TRAIN -> new SeriesPart(train, 0, train);
      case VAL -> new SeriesPart(train, Math.max(0, train - window), end - test);
      case TEST -> new SeriesPart(train, Math.max(0, end - test - window), end);
      case ALL -> new SeriesPart(train, 0, rows);
    };
  }

  /** How many windows of {@code window} and {@code horizon} rows it has, {@code stride} apart. */
  long windows(int window, int horizon, int stride) {
    long last = (long) to - from - window - horizon;
    return last < 0 ? 0 : last / stride + 1;
  }
}
