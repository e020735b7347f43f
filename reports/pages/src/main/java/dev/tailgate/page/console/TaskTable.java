package dev.tailgate.page.console;

import dev.tailgate.result.RunResult;
import dev.tailgate.result.Score;
import dev.tailgate.result.TaskMetric;
import dev.tailgate.result.TaskResult;
import dev.tailgate.result.wording.Findings;
import dev.tailgate.result.wording.Numbers;
import dev.tailgate.result.wording.PlainText;
import dev.tailgate.result.wording.SchemeName;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What the data was taken for, and every task metric with its 95 % interval. */
final class TaskTable {
  private TaskTable() {}

  /** The lines, each ended by a line feed, and an empty one. */
  static String render(RunResult result) {
    TaskResult task = result.task();
    StringBuilder out = new StringBuilder();
    task.kind()
        .ifPresent(
            kind ->
                out.append("task: ")
                    .append(clean(kind))
                    .append(" on ")
                    .append(clean(result.run().data()))
                    .append('\n'));
    if (!task.metrics().isEmpty()) {
      String scheme = SchemeName.shown(result.quantization().scheme());
      TextTable table =
          new TextTable(
              1,
              List.of(
                  "task metric",
                  "better",
                  Findings.reference(result),
                  "95 %",
                  scheme,
                  "95 %",
                  "change",
                  "95 %"));
      task.metrics().forEach(metric -> table.row(row(metric)));
      out.append(table.render());
    }
    return out.length() == 0 ? "" : out.append('\n').toString();
  }

  private static List<String> row(TaskMetric metric) {
    return List.of(
        clean(metric.id()),
        metric.direction().name().toLowerCase(Locale.ROOT),
        clean(Findings.value(metric.fp().value(), metric.unit())),
        interval(Optional.of(metric.fp())),
        metric.quantized().map(s -> clean(Findings.value(s.value(), metric.unit()))).orElse("-"),
        interval(metric.quantized()),
        metric.delta().map(s -> Numbers.signed(s.value())).orElse("-"),
        interval(metric.delta()));
  }

  private static String interval(Optional<Score> score) {
    return score
        .filter(Score::hasInterval)
        .map(s -> Numbers.compact(s.low()) + " .. " + Numbers.compact(s.high()))
        .orElse("-");
  }

  private static String clean(String words) {
    return PlainText.of(words).replace('\u00a0', ' ');
  }
}
