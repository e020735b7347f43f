package dev.tailgate.data.table;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * The beginning of a CSV file, read in one way.
 *
 * @param first cells of the first record
 * @param numbers whether all cells of a column below the first record are numbers, and there are
 *     any
 * @param least fewest cells of a record
 * @param most most cells of a record
 * @param fits whether every quote stands at the begin or the end of a cell, or is doubled
 */
record CsvReading(
    char delimiter,
    char quote,
    List<String> first,
    List<Boolean> numbers,
    int least,
    int most,
    boolean fits) {
  /** Records whose cells are looked at for numbers. */
  private static final int LOOKED_AT = 1000;

  /** Longer cells are no names of columns. */
  private static final int LONGEST_NAME = 64;

  private static final Pattern NUMBER =
      Pattern.compile("\\s*[-+]?(\\d+([.]\\d*)?|[.]\\d+)([eE][-+]?\\d+)?\\s*");
  private static final Pattern NAME = Pattern.compile("[\\p{L}_#@$(][\\p{L}\\p{N}_ .:/()#%@$-]*");

  /** Reads {@code text}, which ends behind a record. */
  static CsvReading of(String text, char delimiter, char quote) {
    List<List<String>> head = new ArrayList<>();
    List<String> cells = new ArrayList<>();
    StringBuilder cell = new StringBuilder();
    int least = Integer.MAX_VALUE;
    int most = 0;
    boolean fits = true;
    boolean isQuoted = false;
    boolean wasQuoted = false;
    for (int i = 0; i <= text.length(); i++) {
      char c = i < text.length() ? text.charAt(i) : '\n';
      if (isQuoted && i < text.length()) {
        if (c != quote) {
          cell.append(c);
        } else if (i + 1 < text.length() && text.charAt(i + 1) == quote) {
          cell.append(c);
          i++;
        } else {
          isQuoted = false;
          wasQuoted = true;
        }
        continue;
      }
      fits &= !isQuoted;
      boolean isEnd = c == '\n' || c == '\r';
      if (c == delimiter || isEnd) {
        boolean isEmptyLine = isEnd && cells.isEmpty() && cell.length() == 0 && !wasQuoted;
        if (!isEmptyLine) {
          cells.add(cell.toString());
        }
        cell.setLength(0);
        wasQuoted = false;
        isQuoted = false;
        if (isEnd && !isEmptyLine) {
          least = Math.min(least, cells.size());
          most = Math.max(most, cells.size());
          if (head.size() < LOOKED_AT) {
            head.add(cells);
          }
          cells = new ArrayList<>();
        }
      } else if (c == quote && quote != CsvDialect.NO_QUOTE) {
        fits &= cell.toString().isBlank() && !wasQuoted;
        cell.setLength(0);
        isQuoted = true;
      } else {
        fits &= !wasQuoted || c == ' ';
        cell.append(c);
      }
    }
    List<String> first = head.isEmpty() ? List.of("") : head.get(0);
    return new CsvReading(
        delimiter, quote, List.copyOf(first), numbers(head, first.size()), least, most, fits);
  }

  private static List<Boolean> numbers(List<List<String>> head, int width) {
    return IntStream.range(0, width)
        .mapToObj(
            column -> {
              List<String> below =
                  head.stream()
                      .skip(1)
                      .filter(r -> r.size() > column)
                      .map(r -> r.get(column))
                      .filter(c -> !c.isBlank())
                      .toList();
              return !below.isEmpty() && below.stream().allMatch(c -> NUMBER.matcher(c).matches());
            })
        .toList();
  }

  /** Whether records have different numbers of cells. */
  boolean isRagged() {
    return least != most;
  }

  /** Whether it reads without a contradiction. */
  boolean isRegular() {
    return fits && !isRagged();
  }

  /**
   * Whether the first record has the names of the columns: one of them is the name of a role; or
   * none is a number, and a column is of numbers below it or all of them look like names.
   */
  boolean hasHeader() {
    if (first.stream().anyMatch(c -> ColumnNames.isRole(c.strip()))) {
      return true;
    }
    Set<String> different = new HashSet<>();
    boolean isPossible =
        first.stream()
            .allMatch(
                c ->
                    c.length() <= LONGEST_NAME
                        && !NUMBER.matcher(c).matches()
                        && (c.isBlank() || different.add(c.strip().toLowerCase(Locale.ROOT))));
    boolean isOverNumbers = numbers.contains(true);
    return isPossible
        && (isOverNumbers || first.stream().allMatch(c -> NAME.matcher(c.strip()).matches()));
  }
}
