package dev.tailgate.data.table;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * How a CSV file is written, found in its beginning where a user does not say it.
 *
 * <p>Cells are parted by commas, semicolons, tabs or bars, in {@code .tsv} files by tabs: by what
 * parts every record into the same number of cells, most of them where several do, with quotes read
 * as quotes wherever all of them stand around cells. Where nothing does, a file with a tab in every
 * line is taken for one whose quotes are characters, and lines may have different numbers of cells,
 * short ones filled up with nothing. DuckDB's own search is not used: it passes over lines until
 * the others agree.
 *
 * @param quote around cells; {@link #NO_QUOTE} where quotes are characters
 * @param columns names in order; the numbers from 1 where the file has none
 * @param hasHeader whether the first record has them
 * @param encoding as DuckDB names it
 * @param isRagged whether records have different numbers of cells, which is allowed
 * @param mixesEnds whether lines end in different ways
 */
record CsvDialect(
    char delimiter,
    char quote,
    List<String> columns,
    boolean hasHeader,
    String encoding,
    boolean isRagged,
    boolean mixesEnds) {
  /** Quotes are characters. */
  static final char NO_QUOTE = 0;

  private static final char[] COMMON = {',', '\t', ';', '|'};

  /** Copies the list. */
  CsvDialect {
    columns = List.copyOf(columns);
  }

  /** Finds what {@code said} leaves open in the file at {@code path}. */
  static CsvDialect of(Path path, CsvOptions said) {
    CsvText text = CsvText.open(path, said.encoding());
    CsvReading best = best(path, text, said);
    boolean isRagged =
        best.isRagged() && best.quote() == NO_QUOTE && (best.delimiter() == '\t' || isStated(said));
    int width = isRagged ? text.widest(best.delimiter()) : best.first().size();
    boolean hasHeader = said.header().orElseGet(best::hasHeader);
    return new CsvDialect(
        best.delimiter(),
        best.quote(),
        names(hasHeader ? best.first() : List.of(), width),
        hasHeader,
        text.encoding(),
        isRagged,
        text.mixesEnds());
  }

  private static boolean isStated(CsvOptions said) {
    return said.quote().isPresent() && said.delimiter().isPresent();
  }

  private static CsvReading best(Path path, CsvText text, CsvOptions said) {
    List<CsvReading> readings = new ArrayList<>();
    for (char delimiter : delimiters(path, said)) {
      said.quote()
          .map(List::of)
          .orElse(List.of('"', NO_QUOTE))
          .forEach(quote -> readings.add(CsvReading.of(text.beginning(), delimiter, quote)));
    }
    Comparator<CsvReading> width = Comparator.comparingInt(r -> r.first().size());
    return readings.stream()
        .filter(r -> r.isRegular() && r.quote() != NO_QUOTE)
        .filter(r -> r.first().size() > 1)
        .max(width)
        .or(() -> readings.stream().filter(r -> r.isRegular() && r.least() > 1).max(width))
        .or(
            () ->
                readings.stream()
                    .filter(r -> r.delimiter() == '\t' && r.quote() == NO_QUOTE && r.least() > 1)
                    .findFirst())
        .orElse(readings.get(0));
  }

  private static char[] delimiters(Path path, CsvOptions said) {
    if (said.delimiter().isPresent()) {
      return new char[] {said.delimiter().get()};
    }
    String name = path.toString().toLowerCase(Locale.ROOT);
    return name.endsWith(".tsv") || name.endsWith(".tsv.gz") ? new char[] {'\t'} : COMMON;
  }

  /** Names that differ from each other, whatever the case; numbers where there are none. */
  private static List<String> names(List<String> header, int width) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < width; i++) {
      String written = i < header.size() ? header.get(i).strip() : "";
      String name = written.isEmpty() ? Integer.toString(i + 1) : written;
      int again = 1;
      String unique = name;
      while (names.stream().anyMatch(unique::equalsIgnoreCase)) {
        unique = name + "_" + again++;
      }
      names.add(unique);
    }
    return names;
  }

  /**
   * The file as SQL reads it, for behind {@code FROM}.
   *
   * @param types of the columns, in order
   */
  String from(Path path, List<String> types) {
    StringBuilder columns = new StringBuilder();
    for (int i = 0; i < width(); i++) {
      columns.append(i == 0 ? "" : ", ");
      columns.append(SqlText.literal(names(i))).append(": ").append(SqlText.literal(types.get(i)));
    }
    String around = quote == NO_QUOTE ? "''" : SqlText.literal(Character.toString(quote));
    return String.format(
        Locale.ROOT,
        "read_csv(%s, auto_detect = false, delim = %s, quote = %s, escape = %3$s, header = %s,"
            + " encoding = '%s', null_padding = %s, strict_mode = %s, columns = {%s})",
        SqlText.path(path.toString()),
        SqlText.literal(Character.toString(delimiter)),
        around,
        hasHeader,
        encoding,
        isRagged,
        !mixesEnds,
        columns);
  }

  private String names(int column) {
    return columns.get(column);
  }

  int width() {
    return columns.size();
  }

  /** The options that say it, as a user would write them. */
  String inWords() {
    String around = quote == NO_QUOTE ? "none" : quote == '"' ? "double" : "single";
    return String.format(
        Locale.ROOT,
        "--csv delimiter=%s,quote=%s,header=%s",
        CsvOptions.wordFor(delimiter),
        around,
        hasHeader ? "yes" : "no");
  }

  /** What is unusual about it, for the description of the data. */
  Optional<String> note() {
    List<String> words = new ArrayList<>();
    if (!hasHeader) {
      words.add("no header");
    }
    if (quote == NO_QUOTE) {
      words.add("quotes are characters");
    }
    return words.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", words));
  }
}
