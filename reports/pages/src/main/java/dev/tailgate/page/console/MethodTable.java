package dev.tailgate.page.console;

import dev.tailgate.result.compare.Comparison;
import dev.tailgate.result.compare.Group;
import dev.tailgate.result.compare.MethodColumn;
import dev.tailgate.result.compare.MethodRow;
import java.util.ArrayList;
import java.util.List;

/** Methods side by side, and what Softmax1 does against plain softmax, for standard output. */
public final class MethodTable {
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
    Softmax1Text.render(comparison).ifPresent(text -> out.append('\n').append(text));
    return out.toString();
  }

  private static String head(MethodColumn column) {
    return column.metric().orElseThrow().modelNumber().plainHead();
  }
}
