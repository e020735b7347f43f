package dev.tailgate.page.console;

import dev.tailgate.result.PrecisionResult;
import dev.tailgate.result.PrecisionTrial;
import dev.tailgate.result.Score;
import dev.tailgate.result.wording.Numbers;
import dev.tailgate.result.wording.PlainText;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The exceptions that were searched, and the curve they were chosen from. */
final class PrecisionText {
  private static final int CURVE = 8;
  private static final int SELECTORS = 12;

  private PrecisionText() {}

  static String render(PrecisionResult precision, Optional<Score> fp) {
    StringBuilder out = new StringBuilder();
    out.append("Exceptions that keep the loss within ")
        .append(Numbers.compact(precision.bound()))
        .append(" (")
        .append(precision.evaluations())
        .append(" models run, ")
        .append(precision.places())
        .append(" places, ")
        .append(precision.layers())
        .append(" layers):\n");
    TextTable table =
        new TextTable(
            0,
            List.of(
                "cost",
                "float",
                "16 bit",
                "per token",
                "per channel",
                "metric",
                "change",
                "95 %",
                ""));
    List<PrecisionTrial> curve = precision.curve();
    int chosen = curve.indexOf(precision.chosen());
    for (int i = 0; i < curve.size(); i++) {
      // However long the curve is, what was chosen is on it, and what comes before and after.
      if (i < CURVE - 3 || Math.abs(i - chosen) <= 1) {
        table.row(row(curve.get(i), i == chosen, fp));
      }
    }
    out.append(table.render());
    int shown = 0;
    for (String selector : precision.exclude()) {
      if (shown++ < SELECTORS) {
        out.append("  --exclude '").append(PlainText.of(selector)).append("'\n");
      }
    }
    for (String rule : precision.rules()) {
      if (shown++ < SELECTORS) {
        out.append("  --except '").append(PlainText.of(rule)).append("'\n");
      }
    }
    if (shown > SELECTORS) {
      out.append("  ... and ").append(shown - SELECTORS).append(" more in the file\n");
    }
    return out.toString();
  }

  private static List<String> row(PrecisionTrial trial, boolean chosen, Optional<Score> fp) {
    List<String> damage = HealText.damage("", fp, trial.damage());
    return List.of(
        String.format(Locale.ROOT, "%.3fx", trial.cost()),
        Integer.toString(trial.floats()),
        Integer.toString(trial.wide()),
        Integer.toString(trial.perToken()),
        Integer.toString(trial.perChannel()),
        damage.get(1),
        damage.get(2),
        damage.get(3),
        (trial.holds() ? "holds" : "") + (chosen ? ", chosen" : ""));
  }
}
