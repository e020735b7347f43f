package dev.tailgate.result.compare;

import dev.tailgate.result.ModelInfo;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One method of one origin under one set of conditions, over its seeds.
 *
 * @param method its name
 * @param origin {@code trained}, {@code rewritten to} a method, or {@code cured to} one: trained
 *     with it after a rewrite
 * @param cells one for each {@link MethodColumn}, in their order
 * @param against the paired difference from the baseline
 * @param members the models behind it, by seed
 * @param profile its outliers layer by layer
 */
public record MethodRow(
    String method,
    String origin,
    List<Cell> cells,
    Paired against,
    List<Member> members,
    Profile profile) {
  /** The origin of a model as it was trained. */
  public static final String TRAINED = "trained";

  /** Columns of which tables in text show the change against the baseline, in percent. */
  public static final List<MethodColumn> CHANGES =
      List.of(MethodColumn.QUANTIZED, MethodColumn.KURTOSIS, MethodColumn.INF_NORM);

  private static final String REWRITTEN = "rewritten to ";
  private static final String CURED = "cured to ";

  private static final Pattern AT_SITES = Pattern.compile("(.+) at sites ([0-9,]+)");

  /** Copies the lists. */
  public MethodRow {
    cells = List.copyOf(cells);
    members = List.copyOf(members);
  }

  /** The number in a column. */
  public Cell cell(MethodColumn column) {
    return cells.stream().filter(cell -> cell.column() == column).findFirst().orElseThrow();
  }

  /** Whether its models got the method after training, and were not trained since. */
  public boolean isRewritten() {
    return origin.startsWith(REWRITTEN);
  }

  /** Whether its models got the method after training, and were trained with it since. */
  public boolean isCured() {
    return origin.startsWith(CURED);
  }

  /** Seeds of the models behind it, ascending. */
  public List<Integer> seeds() {
    return members.stream().map(Member::seed).toList();
  }

  /**
   * How a model came to its method. Which sites were rewritten is said only where it was not all of
   * them.
   */
  static String origin(MethodRun run) {
    ModelInfo model = run.result().model();
    return model
        .cured()
        .map(words -> CURED + words)
        .or(
            () ->
                model
                    .rewrittenTo()
                    .map(w -> REWRITTEN + withoutAllSites(w, run.result().sites().size())))
        .orElse(TRAINED);
  }

  private static String withoutAllSites(String words, int sites) {
    Matcher matcher = AT_SITES.matcher(words);
    boolean all = matcher.matches() && matcher.group(2).split(",", -1).length == sites;
    return all ? matcher.group(1) : words;
  }

  /** The row of runs that differ in seed only, before it is compared with others. */
  static MethodRow of(List<MethodRun> runs) {
    List<Member> members = runs.stream().map(Member::of).toList();
    List<Cell> cells =
        Arrays.stream(MethodColumn.values())
            .map(
                column ->
                    new Cell(
                        column,
                        SeedSpread.of(
                            members.stream().mapToDouble(m -> m.number(column)).toArray()),
                        Double.NaN,
                        Cell.Mark.NONE))
            .toList();
    return new MethodRow(
        runs.get(0).method(),
        origin(runs.get(0)),
        cells,
        Paired.not("no baseline"),
        members,
        Profile.of(runs));
  }

  MethodRow with(UnaryOperator<Cell> change) {
    return new MethodRow(
        method, origin, cells.stream().map(change).toList(), against, members, profile);
  }

  MethodRow with(Paired paired) {
    return new MethodRow(method, origin, cells, paired, members, profile);
  }
}
