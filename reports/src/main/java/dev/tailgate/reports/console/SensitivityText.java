package dev.tailgate.reports.console;

import dev.tailgate.reports.wording.Numbers;
import dev.tailgate.reports.wording.PartLine;
import dev.tailgate.reports.wording.PlainText;
import dev.tailgate.stats.result.SensitivityResult;
import java.util.List;
import java.util.stream.Collectors;

/** Which parts hurt, the worst first. */
final class SensitivityText {
  private SensitivityText() {}

  static String render(SensitivityResult result) {
    StringBuilder out = new StringBuilder("Where it hurts, on ");
    out.append(result.samples())
        .append(
            " samples: SQNR of the outputs when only this is quantized, and what the metric"
                + " regains when all but this is\n");
    TextTable table =
        new TextTable(
            1, List.of("part", "weights", "activations", "both", "change alone", "regained"));
    for (PartLine.Level level : PartLine.Level.values()) {
      for (PartLine line : PartLine.worst(result, level)) {
        table.row(
            List.of(
                PlainText.of(line.part()),
                line.weights(),
                line.activations(),
                line.both(),
                line.alone(),
                line.regained()));
      }
    }
    out.append(table.render());
    if (!result.proxies().isEmpty()) {
      out.append("The one-pass estimate ranks ")
          .append(
              result.proxies().stream()
                  .map(
                      fit ->
                          fit.parts()
                              + " "
                              + fit.level()
                              + "s with Spearman "
                              + Numbers.compact(fit.spearman().value()))
                  .collect(Collectors.joining(", ")))
          .append(" against being quantized alone.\n");
    }
    return out.toString();
  }
}
