package dev.tailgate.page.console;

import dev.tailgate.result.Damage;
import dev.tailgate.result.HealResult;
import dev.tailgate.result.RemedyStep;
import dev.tailgate.result.Score;
import dev.tailgate.result.wording.Numbers;
import dev.tailgate.result.wording.PlainText;
import dev.tailgate.result.wording.SchemeName;
import java.util.List;
import java.util.Optional;

/** A healing for people: what hurts, what was tried, what is left. */
public final class HealText {
  private HealText() {}

  /** The text, ended by a line feed. */
  public static String render(HealResult result) {
    StringBuilder out = new StringBuilder();
    HealResult.Data data = result.data();
    String scheme = SchemeName.shown(result.scheme());
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
      out.append(RemedyText.render(result)).append('\n');
    }
    result
        .precision()
        .ifPresent(p -> out.append(PrecisionText.render(p, result.fp())).append('\n'));
    result.heldOut().ifPresent(h -> out.append(heldOut(h, result)).append('\n'));
    result.warnings().forEach(w -> out.append("Note: ").append(clean(w)).append('\n'));
    return out.toString();
  }

  private static String metric(HealResult result) {
    return result
        .metric()
        .map(m -> m + " (" + result.direction().inWords() + ")")
        .orElse("no labels");
  }

  static List<String> damage(String label, Optional<Score> fp, Damage damage) {
    return List.of(
        label,
        damage
            .delta()
            .flatMap(d -> fp.map(f -> Numbers.compact(f.value() + d.value())))
            .orElse("-"),
        damage.delta().map(d -> Numbers.signed(d.value())).orElse("-"),
        damage.delta().map(HealText::range).orElse("-"),
        Numbers.decibels(damage.sqnr()));
  }

  static String range(Score score) {
    return score.hasInterval()
        ? Numbers.compact(score.low()) + " .. " + Numbers.compact(score.high())
        : "-";
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
        result.precision().filter(p -> !p.exclude().isEmpty() || !p.rules().isEmpty()).isPresent()
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
                        + Numbers.signed(RemedyText.turned(g.value(), result))
                        + " ("
                        + range(RemedyText.turned(g, result))
                        + ").\n")
            .orElse("");
    return table.render() + gain;
  }

  private static String clean(String words) {
    return PlainText.of(words);
  }
}
