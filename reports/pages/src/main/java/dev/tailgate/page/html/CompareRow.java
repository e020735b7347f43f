package dev.tailgate.page.html;

import dev.tailgate.page.chart.SvgChart;
import dev.tailgate.result.compare.Cell;
import dev.tailgate.result.compare.MethodColumn;
import dev.tailgate.result.compare.MethodRow;
import dev.tailgate.result.compare.Paired;
import dev.tailgate.result.compare.PairedText;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A row as the page shows it.
 *
 * @param swatch the symbol that stands for it in charts
 * @param method its name
 * @param name the same with its origin, where that tells two rows apart
 * @param origin how its models came to the method
 * @param seeds of its models, in words
 * @param cells numbers, in the order of the heads
 * @param quantized paired difference of the quantized metric
 * @param cost paired difference of what quantization costs
 */
public record CompareRow(
    String swatch,
    String method,
    String name,
    String origin,
    String seeds,
    List<Shown> cells,
    Difference quantized,
    Difference cost) {
  private static final String NONE = "\u2013";

  /** A change of a cost in percent of the cost says little, and a ratio is a ratio already. */
  private static final Set<MethodColumn> WITH_CHANGE =
      EnumSet.of(
          MethodColumn.FP,
          MethodColumn.QUANTIZED,
          MethodColumn.KURTOSIS,
          MethodColumn.INF_NORM,
          MethodColumn.SIZE);

  /**
   * A number.
   *
   * @param text mean and deviation
   * @param cssClass how its rank shows; empty for none
   * @param change against the baseline in percent; empty for none
   */
  public record Shown(String text, String cssClass, String change) {}

  /**
   * A paired difference.
   *
   * @param value with its interval; a dash for none
   * @param remark what is to be said about it; empty for nothing
   */
  public record Difference(String value, String remark) {}

  static CompareRow of(MethodRow row, String name, List<MethodColumn> columns, int style) {
    return new CompareRow(
        SvgChart.swatch(style),
        row.method(),
        name,
        origin(row),
        row.seeds().stream()
            .map(String::valueOf)
            .collect(Collectors.joining(", ", row.seeds().size() == 1 ? "seed " : "seeds ", "")),
        columns.stream().map(column -> number(row.cell(column))).toList(),
        difference(row.against().quantized(), row.against()),
        difference(row.against().cost(), row.against()));
  }

  /** Whether it is what others are compared with, or nothing is. */
  public boolean isBaseline() {
    return !quantized.remark().startsWith("not paired") && quantized.value().equals(NONE);
  }

  /** What a model was rewritten to is the method itself, unless a label says otherwise. */
  private static String origin(MethodRow row) {
    // A method may be followed by its parameters.
    boolean isPlain = ("rewritten to " + row.method() + ":").startsWith(row.origin() + ":");
    if (row.origin().startsWith("cured to " + row.method() + ",")) {
      return row.origin().replace("to " + row.method() + ",", "in");
    }
    return isPlain ? "rewritten" : row.origin();
  }

  private static Shown number(Cell cell) {
    String mark =
        switch (cell.mark()) {
          case BEST -> "best";
          case SECOND -> "second";
          case NONE -> "";
        };
    String change =
        WITH_CHANGE.contains(cell.column()) && Double.isFinite(cell.relative())
            ? cell.relativeText()
            : "";
    return new Shown(typeset(cell.text(" \u00b1 ")), mark, typeset(change));
  }

  private static Difference difference(Optional<Paired.Difference> difference, Paired against) {
    if (difference.isEmpty()) {
      return new Difference(NONE, against.notPaired().orElse(""));
    }
    boolean clear = difference.get().excludesZero();
    String words = PairedText.of(difference);
    int cut = words.indexOf(", may be 0");
    return new Difference(
        typeset(cut < 0 ? words : words.substring(0, cut)), clear ? "" : "may be 0");
  }

  /** With a true minus, and a dash for no number. */
  private static String typeset(String ascii) {
    return ascii.equals("-")
        ? NONE
        : ascii.replaceAll("(?<![0-9e])-(?=[0-9I])", "\u2212").replace(" %", "\u00a0%");
  }
}
