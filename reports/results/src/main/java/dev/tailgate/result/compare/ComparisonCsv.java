package dev.tailgate.result.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A comparison as comma-separated values (RFC 4180): one line a row, numbers with all their digits,
 * nothing where there is no number.
 */
public final class ComparisonCsv {
  private ComparisonCsv() {}

  /** The table with its head line; lines end with CR LF. */
  public static String write(Comparison comparison) {
    StringBuilder out = new StringBuilder(line(head()));
    for (Group group : comparison.groups()) {
      group.rows().forEach(row -> out.append(line(cells(group, row))));
    }
    return out.toString();
  }

  private static List<String> head() {
    List<String> head =
        new ArrayList<>(
            List.of(
                "family", "method", "origin", "seeds", "metric", "scheme", "tap_preset", "data"));
    for (MethodColumn column : MethodColumn.values()) {
      String key = column.key();
      head.addAll(List.of(key, key + "_deviation", key + "_relative", key + "_rank"));
    }
    for (String name : List.of("quantized_difference", "cost_difference")) {
      head.addAll(List.of(name, name + "_low", name + "_high", name + "_excludes_zero"));
    }
    head.add("not_paired");
    return head;
  }

  private static List<String> cells(Group group, MethodRow row) {
    Conditions conditions = group.conditions();
    List<String> cells =
        new ArrayList<>(
            List.of(
                group.family(),
                row.method(),
                row.origin(),
                row.seeds().stream().map(String::valueOf).collect(Collectors.joining(" ")),
                conditions.metric(),
                conditions.scheme(),
                conditions.tapPreset(),
                conditions.dataSha256().orElse(conditions.data())));
    for (Cell cell : row.cells()) {
      cells.add(number(cell.spread().mean()));
      cells.add(number(cell.spread().deviation()));
      cells.add(number(cell.relative()));
      cells.add(rank(cell.mark()));
    }
    cells.addAll(difference(row.against().quantized()));
    cells.addAll(difference(row.against().cost()));
    cells.add(row.against().notPaired().orElse(""));
    return cells;
  }

  private static String rank(Cell.Mark mark) {
    return mark == Cell.Mark.NONE ? "" : mark.name().toLowerCase(Locale.ROOT);
  }

  private static List<String> difference(Optional<Paired.Difference> difference) {
    return difference
        .map(
            d ->
                List.of(
                    number(d.value()),
                    number(d.low()),
                    number(d.high()),
                    Boolean.toString(d.excludesZero())))
        .orElse(List.of("", "", "", ""));
  }

  private static String number(double value) {
    return Double.isNaN(value) ? "" : Double.toString(value);
  }

  private static String line(List<String> cells) {
    return cells.stream().map(ComparisonCsv::quoted).collect(Collectors.joining(",")) + "\r\n";
  }

  private static String quoted(String cell) {
    boolean plain = cell.chars().noneMatch(c -> c == ',' || c == '"' || c == '\r' || c == '\n');
    return plain ? cell : '"' + cell.replace("\"", "\"\"") + '"';
  }
}
