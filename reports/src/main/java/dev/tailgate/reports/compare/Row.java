package dev.tailgate.reports.compare;

import dev.tailgate.reports.methods.MethodRun;
import dev.tailgate.reports.methods.MethodSummary;
import dev.tailgate.reports.methods.Spread;
import java.util.List;

/**
 * One method of one origin under one set of conditions, over its seeds.
 *
 * @param method its name
 * @param origin {@code trained}, or {@code rewritten to} a method
 * @param seeds of the models behind it, ascending
 * @param cells one for each {@link Column}, in their order
 * @param against the paired difference from the baseline
 */
public record Row(
    String method, String origin, List<Integer> seeds, List<Cell> cells, Paired against) {
  /** The origin of a model as it was trained. */
  public static final String TRAINED = "trained";

  /** Copies the lists. */
  public Row {
    seeds = List.copyOf(seeds);
    cells = List.copyOf(cells);
  }

  /** The number in a column. */
  public Cell cell(Column column) {
    return cells.stream().filter(cell -> cell.column() == column).findFirst().orElseThrow();
  }

  /** How a model came to its method. */
  static String origin(MethodRun run) {
    return run.result().model().rewrittenTo().map(m -> "rewritten to " + m).orElse(TRAINED);
  }

  /** The row of runs that differ in seed only, before it is compared with others. */
  static Row of(List<MethodRun> runs) {
    MethodSummary summary = MethodSummary.of(runs).get(0);
    Spread size =
        Spread.of(runs.stream().mapToDouble(run -> run.result().model().sizeBytes()).toArray());
    List<Cell> cells =
        List.of(
            cell(Column.FP, summary.fp()),
            cell(Column.QUANTIZED, summary.quantized()),
            cell(Column.CHANGE, summary.change()),
            cell(Column.KURTOSIS, summary.averageKurtosis()),
            cell(Column.INF_NORM, summary.maxInfNorm()),
            cell(Column.SIZE, size));
    return new Row(
        summary.method(),
        origin(runs.get(0)),
        runs.stream().map(MethodRun::seed).toList(),
        cells,
        Paired.not("no baseline"));
  }

  private static Cell cell(Column column, Spread spread) {
    return new Cell(column, spread, Double.NaN, Cell.Mark.NONE);
  }
}
