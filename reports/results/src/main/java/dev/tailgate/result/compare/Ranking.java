package dev.tailgate.result.compare;

import dev.tailgate.result.wording.Numbers;
import dev.tailgate.stats.metric.Direction;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Marks the best and the second best number of each column. Numbers tie when they print alike; a
 * column in which all rows tie, and one without two numbers, has no marks.
 */
final class Ranking {
  private Ranking() {}

  static List<MethodRow> mark(List<MethodRow> rows, Direction metric) {
    Map<MethodColumn, List<Double>> ranks = new EnumMap<>(MethodColumn.class);
    for (MethodColumn column : MethodColumn.values()) {
      ranks.put(column, column.isRanked() ? ranks(rows, column, metric) : List.of());
    }
    return rows.stream()
        .map(
            row ->
                row.with(
                    cell ->
                        cell.with(
                            cell.relative(),
                            rank(printed(cell), Objects.requireNonNull(ranks.get(cell.column()))))))
        .toList();
  }

  /** Distinct numbers of the column, best first. */
  private static List<Double> ranks(List<MethodRow> rows, MethodColumn column, Direction metric) {
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
