package dev.tailgate.reports.console;

import dev.tailgate.reports.wording.Numbers;
import dev.tailgate.reports.wording.PlainText;
import dev.tailgate.stats.result.Damage;
import dev.tailgate.stats.result.SensitivityResult;
import dev.tailgate.stats.result.SensitivityRow;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Which parts hurt, the worst first. */
final class SensitivityText {
  private static final int LAYERS = 16;
  private static final int SITES = 6;
  private static final int TAPS = 10;

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
    add(table, result, "layer", LAYERS);
    add(table, result, "site", SITES);
    add(table, result, "tap", TAPS);
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

  private static void add(TextTable table, SensitivityResult result, String level, int most) {
    List<SensitivityRow> rows = new ArrayList<>();
    for (SensitivityRow row : result.rows()) {
      if (row.level().equals(level) && row.kind().equals("both") && row.alone().isPresent()) {
        rows.add(row);
      }
    }
    rows.sort(Comparator.comparingDouble(row -> row.alone().map(Damage::sqnr).orElse(0.0)));
    for (SensitivityRow row : rows.subList(0, Math.min(most, rows.size()))) {
      table.row(
          List.of(
              PlainText.of(row.label()),
              kind(result, row, "weights"),
              kind(result, row, "activations"),
              row.alone().map(d -> HealText.decibels(d.sqnr())).orElse("-"),
              row.alone().flatMap(Damage::delta).map(d -> Numbers.signed(d.value())).orElse("-"),
              regained(result, row)));
    }
  }

  private static String kind(SensitivityResult result, SensitivityRow of, String kind) {
    return result.rows().stream()
        .filter(row -> row.label().equals(of.label()) && row.kind().equals(kind))
        .findFirst()
        .flatMap(SensitivityRow::alone)
        .map(d -> HealText.decibels(d.sqnr()))
        .orElse("-");
  }

  private static String regained(SensitivityResult result, SensitivityRow row) {
    Optional<Double> all = result.all().delta().map(d -> d.value());
    Optional<Double> left = row.without().flatMap(Damage::delta).map(d -> d.value());
    return all.flatMap(a -> left.map(l -> Numbers.signed(l - a))).orElse("-");
  }
}
