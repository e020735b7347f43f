package dev.tailgate.page.console;

import dev.tailgate.result.SensitivityResult;
import dev.tailgate.result.wording.Numbers;
import dev.tailgate.result.wording.PartLine;
import dev.tailgate.result.wording.PlainText;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Which parts hurt, the worst first. */
final class SensitivityText {
  private SensitivityText() {}

  static String render(SensitivityResult result) {
    boolean scored = result.metric().isPresent();
    StringBuilder out = new StringBuilder("Where it hurts, on ");
    out.append(result.samples())
        .append(" samples: SQNR of the outputs when only this is quantized");
    out.append(scored ? ", and what the metric regains when all but this is\n" : "\n");
    List<String> head = List.of("part", "weights", "activations", "both");
    TextTable table = new TextTable(1, scored ? with(head, "change alone", "regained") : head);
    for (PartLine.Level level : PartLine.Level.values()) {
      for (PartLine line : PartLine.worst(result, level)) {
        List<String> cells =
            List.of(PlainText.of(line.part()), line.weights(), line.activations(), line.both());
        table.row(scored ? with(cells, line.alone(), line.regained()) : cells);
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

  private static List<String> with(List<String> first, String... more) {
    return Stream.concat(first.stream(), Stream.of(more)).toList();
  }
}
