package dev.tailgate.page.console;

import dev.tailgate.result.compare.Comparison;
import dev.tailgate.result.compare.Group;
import dev.tailgate.result.compare.MethodColumn;
import dev.tailgate.result.compare.MethodRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Methods side by side, and what Softmax1 does against plain softmax, for standard output. */
public final class MethodTable {
  private static final String SOFTMAX1 = "outeffhop";
  private static final List<MethodColumn> COLUMNS =
      List.of(
          MethodColumn.FP,
          MethodColumn.QUANTIZED,
          MethodColumn.CHANGE,
          MethodColumn.KURTOSIS,
          MethodColumn.INF_NORM);

  private MethodTable() {}

  /** The lines, each ended by a line feed. */
  public static String render(Comparison comparison) {
    TextTable table =
        new TextTable(
            3,
            List.of(
                "family",
                "method",
                "metric",
                "FP",
                "quantized",
                "change",
                head(MethodColumn.KURTOSIS),
                head(MethodColumn.INF_NORM)));
    for (Group group : comparison.groups()) {
      for (MethodRow row : group.rows()) {
        List<String> cells =
            new ArrayList<>(List.of(group.family(), row.method(), group.conditions().metric()));
        COLUMNS.forEach(column -> cells.add(row.cell(column).spread().inWords()));
        table.row(cells);
      }
    }
    StringBuilder out = new StringBuilder(table.render());
    boolean hasSpread =
        comparison.groups().stream()
            .flatMap(group -> group.rows().stream())
            .anyMatch(row -> row.seeds().size() > 1);
    if (hasSpread) {
      out.append("mean +- standard deviation over seeds\n");
    }
    return out.append('\n').append(changes(comparison)).toString();
  }

  private static String changes(Comparison comparison) {
    List<MethodRow> rows = new ArrayList<>();
    TextTable table =
        new TextTable(
            1,
            List.of(
                SOFTMAX1 + " against " + comparison.baseline(),
                head(MethodColumn.KURTOSIS),
                head(MethodColumn.INF_NORM)));
    for (Group group : comparison.groups()) {
      for (MethodRow row : group.rows()) {
        if (row.method().equals(SOFTMAX1)) {
          rows.add(row);
          table.row(
              List.of(
                  group.family(),
                  percent(row.cell(MethodColumn.KURTOSIS).relative()),
                  percent(row.cell(MethodColumn.INF_NORM).relative())));
        }
      }
    }
    if (rows.isEmpty()) {
      return "";
    }
    if (rows.size() > 1) {
      table.row(
          List.of(
              "average",
              average(rows, MethodColumn.KURTOSIS),
              average(rows, MethodColumn.INF_NORM)));
    }
    table.row(List.of("arXiv 2404.03828, its four models", "-22 %", "-26 %"));
    return table.render();
  }

  private static String head(MethodColumn column) {
    return column.metric().orElseThrow().modelNumber().plainHead();
  }

  private static String average(List<MethodRow> rows, MethodColumn column) {
    return percent(
        rows.stream().mapToDouble(row -> row.cell(column).relative()).average().orElse(Double.NaN));
  }

  private static String percent(double relative) {
    return String.format(Locale.ROOT, "%+.0f %%", 100 * relative);
  }
}
