package dev.tailgate.reports.compare;

import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * One method of one origin under one set of conditions, over its seeds.
 *
 * @param method its name
 * @param origin {@code trained}, or {@code rewritten to} a method
 * @param cells one for each {@link Column}, in their order
 * @param against the paired difference from the baseline
 * @param members the models behind it, by seed
 * @param profile its outliers layer by layer
 */
public record Row(
    String method,
    String origin,
    List<Cell> cells,
    Paired against,
    List<Member> members,
    Profile profile) {
  /** The origin of a model as it was trained. */
  public static final String TRAINED = "trained";

  /** Copies the lists. */
  public Row {
    cells = List.copyOf(cells);
    members = List.copyOf(members);
  }

  /** The number in a column. */
  public Cell cell(Column column) {
    return cells.stream().filter(cell -> cell.column() == column).findFirst().orElseThrow();
  }

  /** Seeds of the models behind it, ascending. */
  public List<Integer> seeds() {
    return members.stream().map(Member::seed).toList();
  }

  /** How a model came to its method. */
  static String origin(MethodRun run) {
    return run.result().model().rewrittenTo().map(m -> "rewritten to " + m).orElse(TRAINED);
  }

  /** The row of runs that differ in seed only, before it is compared with others. */
  static Row of(List<MethodRun> runs) {
    List<Member> members = runs.stream().map(Member::of).toList();
    List<Cell> cells =
        Arrays.stream(Column.values())
            .map(
                column ->
                    new Cell(
                        column,
                        Spread.of(members.stream().mapToDouble(m -> m.number(column)).toArray()),
                        Double.NaN,
                        Cell.Mark.NONE))
            .toList();
    return new Row(
        runs.get(0).method(),
        origin(runs.get(0)),
        cells,
        Paired.not("no baseline"),
        members,
        Profile.of(runs));
  }

  Row with(UnaryOperator<Cell> change) {
    return new Row(method, origin, cells.stream().map(change).toList(), against, members, profile);
  }

  Row with(Paired paired) {
    return new Row(method, origin, cells, paired, members, profile);
  }
}
