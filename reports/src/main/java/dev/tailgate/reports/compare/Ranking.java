package dev.tailgate.reports.compare;

import dev.tailgate.reports.wording.Numbers;
import dev.tailgate.stats.result.Direction;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Marks the best and the second best number of each column. Numbers tie when they print alike; a
 * column in which all rows tie, and one without two numbers, has no marks.
 */
final class Ranking {
  private Ranking() {}

  static List<Row> mark(List<Row> rows, Direction metric) {
    List<List<Cell>> marked = new ArrayList<>();
    rows.forEach(row -> marked.add(new ArrayList<>()));
    for (Column column : Column.values()) {
      List<Double> ranks = ranks(rows, column, metric);
      for (int i = 0; i < rows.size(); i++) {
        Cell cell = rows.get(i).cell(column);
        marked.get(i).add(cell.with(cell.relative(), rank(printed(cell), ranks)));
      }
    }
    List<Row> out = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      Row row = rows.get(i);
      out.add(new Row(row.method(), row.origin(), row.seeds(), marked.get(i), row.against()));
    }
    return List.copyOf(out);
  }

  /** Distinct numbers of the column, best first. */
  private static List<Double> ranks(List<Row> rows, Column column, Direction metric) {
    Comparator<Double> ascending = Comparator.naturalOrder();
    return rows.stream()
        .map(row -> printed(row.cell(column)))
        .filter(value -> !Double.isNaN(value))
        .distinct()
        .sorted(column.lowerIsBetter(metric) ? ascending : ascending.reversed())
        .toList();
  }

  private static Cell.Mark rank(double value, List<Double> ranks) {
    if (ranks.size() < 2) {
      return Cell.Mark.NONE;
    }
    return switch (ranks.indexOf(value)) {
      case 0 -> Cell.Mark.BEST;
      case 1 -> Cell.Mark.SECOND;
      default -> Cell.Mark.NONE;
    };
  }

  private static double printed(Cell cell) {
    // Adding 0 makes -0 and 0 one number.
    return Double.parseDouble(Numbers.compact(cell.shown().mean())) + 0.0;
  }
}
