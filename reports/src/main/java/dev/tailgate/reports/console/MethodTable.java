package dev.tailgate.reports.console;

import dev.tailgate.reports.methods.MethodSummary;
import dev.tailgate.reports.methods.Reduction;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Methods side by side, and what Softmax1 does against plain softmax, for standard output. */
public final class MethodTable {
  private static final String SOFTMAX1 = "outeffhop";

  private MethodTable() {}

  /** The lines, each ended by a line feed. */
  public static String render(List<MethodSummary> summaries) {
    StringBuilder out = new StringBuilder();
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
                "avg kurtosis",
                "max inf norm"));
    for (MethodSummary summary : summaries) {
      table.row(
          List.of(
              summary.family(),
              summary.method(),
              summary.metric(),
              summary.fp().inWords(),
              summary.quantized().inWords(),
              summary.change().inWords(),
              summary.averageKurtosis().inWords(),
              summary.maxInfNorm().inWords()));
    }
    out.append(table.render());
    boolean hasSpread = summaries.stream().anyMatch(summary -> summary.seeds() > 1);
    if (hasSpread) {
      out.append("mean +- standard deviation over seeds\n");
    }
    return out.append('\n').append(reductions(summaries)).toString();
  }

  private static String reductions(List<MethodSummary> summaries) {
    List<Reduction> rows = new ArrayList<>(Reduction.of(summaries, SOFTMAX1));
    if (rows.isEmpty()) {
      return "";
    }
    if (rows.size() > 1) {
      Reduction.average(rows).ifPresent(rows::add);
    }
    TextTable table =
        new TextTable(1, List.of("outeffhop against vanilla", "avg kurtosis", "max inf norm"));
    rows.forEach(
        row ->
            table.row(
                List.of(row.family(), change(row.averageKurtosis()), change(row.maxInfNorm()))));
    table.row(List.of("arXiv 2404.03828, its four models", "-22 %", "-26 %"));
    return table.render();
  }

  private static String change(double reduction) {
    return String.format(Locale.ROOT, "%+.0f %%", -100 * reduction);
  }
}
