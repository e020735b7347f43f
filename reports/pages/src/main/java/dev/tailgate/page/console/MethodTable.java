package dev.tailgate.page.console;

import dev.tailgate.result.compare.Column;
import dev.tailgate.result.compare.Comparison;
import dev.tailgate.result.compare.Group;
import dev.tailgate.result.compare.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Methods side by side, and what Softmax1 does against plain softmax, for standard output. */
public final class MethodTable {
  private static final String SOFTMAX1 = "outeffhop";
  private static final List<Column> COLUMNS =
      List.of(Column.FP, Column.QUANTIZED, Column.CHANGE, Column.KURTOSIS, Column.INF_NORM);

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
                head(Column.KURTOSIS),
                head(Column.INF_NORM)));
    for (Group group : comparison.groups()) {
      for (Row row : group.rows()) {
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
    List<Row> rows = new ArrayList<>();
    TextTable table =
        new TextTable(
            1,
            List.of(
                SOFTMAX1 + " against " + comparison.baseline(),
                head(Column.KURTOSIS),
                head(Column.INF_NORM)));
    for (Group group : comparison.groups()) {
      for (Row row : group.rows()) {
        if (row.method().equals(SOFTMAX1)) {
          rows.add(row);
          table.row(
              List.of(
                  group.family(),
                  percent(row.cell(Column.KURTOSIS).relative()),
                  percent(row.cell(Column.INF_NORM).relative())));
        }
      }
    }
    if (rows.isEmpty()) {
      return "";
    }
    if (rows.size() > 1) {
      table.row(List.of("average", average(rows, Column.KURTOSIS), average(rows, Column.INF_NORM)));
    }
    table.row(List.of("arXiv 2404.03828, its four models", "-22 %", "-26 %"));
    return table.render();
  }

  private static String head(Column column) {
    return column.metric().orElseThrow().modelNumber().plainHead();
  }

  private static String average(List<Row> rows, Column column) {
    return percent(
        rows.stream().mapToDouble(row -> row.cell(column).relative()).average().orElse(Double.NaN));
  }

  private static String percent(double relative) {
    return String.format(Locale.ROOT, "%+.0f %%", 100 * relative);
  }
}
