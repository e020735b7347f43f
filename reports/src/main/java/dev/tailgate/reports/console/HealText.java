package dev.tailgate.reports.console;

import dev.tailgate.reports.wording.Numbers;
import dev.tailgate.reports.wording.PlainText;
import dev.tailgate.stats.result.Damage;
import dev.tailgate.stats.result.HealResult;
import dev.tailgate.stats.result.PrecisionResult;
import dev.tailgate.stats.result.PrecisionTrial;
import dev.tailgate.stats.result.RemedyStep;
import dev.tailgate.stats.result.Score;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A healing for people: what hurts, what was tried, what is left. */
public final class HealText {
  private static final int CURVE = 8;
  private static final int SELECTORS = 12;

  private HealText() {}

  /** The text, ended by a line feed. */
  public static String render(HealResult result) {
    StringBuilder out = new StringBuilder();
    HealResult.Data data = result.data();
    String scheme = result.scheme().toUpperCase(Locale.ROOT);
    out.append(clean(result.model()))
        .append(" at ")
        .append(scheme)
        .append(", placement ")
        .append(result.placement())
        .append('\n')
        .append("data: ")
        .append(clean(data.description()))
        .append("; calibrated on ")
        .append(clean(data.calibration()))
        .append(", chosen by ")
        .append(data.selection())
        .append(" samples, judged on ")
        .append(data.heldOut())
        .append(" others\n\n");
    TextTable start = new TextTable(1, List.of("", metric(result), "change", "95 %", "outputs"));
    result
        .fp()
        .ifPresent(
            fp -> start.row(List.of("float", Numbers.compact(fp.value()), "", range(fp), "")));
    start.row(damage(scheme, result.fp(), result.quantized()));
    out.append(start.render()).append('\n');
    if (!result.findings().isEmpty()) {
      out.append("Diagnosis:\n").append(DiagnosisText.render(result.findings())).append('\n');
    }
    result.sensitivity().ifPresent(s -> out.append(SensitivityText.render(s)).append('\n'));
    if (!result.steps().isEmpty()) {
      out.append(remedies(result)).append('\n');
    }
    result.precision().ifPresent(p -> out.append(precision(p, result.fp())).append('\n'));
    result.heldOut().ifPresent(h -> out.append(heldOut(h, result)).append('\n'));
    result.warnings().forEach(w -> out.append("Note: ").append(clean(w)).append('\n'));
    return out.toString();
  }

  private static String metric(HealResult result) {
    return result
        .metric()
        .map(m -> m + " (" + result.direction().name().toLowerCase(Locale.ROOT) + " is better)")
        .orElse("no labels");
  }

  private static List<String> damage(String label, Optional<Score> fp, Damage damage) {
    return List.of(
        label,
        damage
            .delta()
            .flatMap(d -> fp.map(f -> Numbers.compact(f.value() + d.value())))
            .orElse("-"),
        damage.delta().map(d -> Numbers.signed(d.value())).orElse("-"),
        damage.delta().map(HealText::range).orElse("-"),
        decibels(damage.sqnr()));
  }

  static String decibels(double sqnr) {
    return Double.isInfinite(sqnr) && sqnr > 0
        ? "exact"
        : String.format(Locale.ROOT, "%.1f dB", sqnr);
  }

  static String range(Score score) {
    return score.hasInterval()
        ? Numbers.compact(score.low()) + " .. " + Numbers.compact(score.high())
        : "-";
  }

  private static String remedies(HealResult result) {
    TextTable table =
        new TextTable(
            1,
            List.of("remedy", "float", "quantized", "change by it", "95 %", "outputs", "verdict"));
    StringBuilder reasons = new StringBuilder();
    for (RemedyStep step : result.steps()) {
      table.row(
          List.of(
              step.remedy(),
              step.floating().map(f -> floating(step, f)).orElse("-"),
              step.quantized().map(q -> damage("", result.fp(), q).get(1)).orElse("-"),
              step.gain().map(g -> Numbers.signed(turned(g.value(), result))).orElse("-"),
              step.gain().map(g -> range(turned(g, result))).orElse("-"),
              step.quantized().map(q -> decibels(q.sqnr())).orElse("-"),
              verdict(step)));
      if (step.verdict() == RemedyStep.Verdict.NOT_APPLICABLE && !step.refused().isEmpty()) {
        reasons
            .append("  ")
            .append(step.remedy())
            .append(" does not apply: ")
            .append(clean(step.refused().get(0)))
            .append('\n');
      }
    }
    boolean alone =
        result.steps().stream().noneMatch(step -> step.verdict() == RemedyStep.Verdict.KEPT);
    String head =
        alone
            ? "Remedies, each on the original:"
            : "Remedies, each on top of those kept before it:";
    return head + "\n" + table.render() + reasons;
  }

  /** Gains are losses, larger is worse; people read the metric itself. */
  private static double turned(double loss, HealResult result) {
    return lower(result) ? loss : -loss;
  }

  private static Score turned(Score loss, HealResult result) {
    return lower(result) ? loss : new Score(-loss.value(), -loss.high(), -loss.low());
  }

  private static boolean lower(HealResult result) {
    return result.direction() == dev.tailgate.stats.result.Direction.LOWER;
  }

  private static String floating(RemedyStep step, Damage damage) {
    if (step.keepsFunction()) {
      return decibels(damage.sqnr());
    }
    return damage.delta().map(d -> Numbers.signed(d.value())).orElse(decibels(damage.sqnr()));
  }

  private static String verdict(RemedyStep step) {
    return switch (step.verdict()) {
      case KEPT -> "kept";
      case HELPFUL -> "helps";
      case DROPPED -> "no help";
      case NOT_APPLICABLE -> "does not apply";
    };
  }

  private static String precision(PrecisionResult precision, Optional<Score> fp) {
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
        out.append("  --exclude '").append(clean(selector)).append("'\n");
      }
    }
    for (String rule : precision.rules()) {
      if (shown++ < SELECTORS) {
        out.append("  --except '").append(clean(rule)).append("'\n");
      }
    }
    if (shown > SELECTORS) {
      out.append("  ... and ").append(shown - SELECTORS).append(" more in the file\n");
    }
    return out.toString();
  }

  private static List<String> row(PrecisionTrial trial, boolean chosen, Optional<Score> fp) {
    List<String> damage = damage("", fp, trial.damage());
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

  private static String heldOut(HealResult.HeldOut numbers, HealResult result) {
    TextTable table =
        new TextTable(1, List.of("held out", metric(result), "change", "95 %", "outputs"));
    numbers
        .fp()
        .ifPresent(
            fp -> table.row(List.of("float", Numbers.compact(fp.value()), "", range(fp), "")));
    table.row(damage("quantized, as it was", numbers.fp(), numbers.before()));
    boolean changed =
        result.precision().isPresent()
            || result.steps().stream().anyMatch(s -> s.verdict() == RemedyStep.Verdict.KEPT);
    if (!changed) {
      return table.render();
    }
    table.row(damage("quantized, repaired", numbers.fp(), numbers.after()));
    String gain =
        numbers
            .gain()
            .map(
                g ->
                    "The repair changes it by "
                        + Numbers.signed(turned(g.value(), result))
                        + " ("
                        + range(turned(g, result))
                        + ").\n")
            .orElse("");
    return table.render() + gain;
  }

  private static String clean(String words) {
    return PlainText.of(words);
  }
}
