package dev.tailgate.page.console;

import dev.tailgate.result.Damage;
import dev.tailgate.result.HealResult;
import dev.tailgate.result.RemedyStep;
import dev.tailgate.result.Score;
import dev.tailgate.result.wording.Numbers;
import dev.tailgate.result.wording.PlainText;
import dev.tailgate.stats.metric.Direction;
import java.util.List;
import java.util.Locale;

/** The remedies that were tried, and what became of them. */
final class RemedyText {
  /** How notes begin that are about no single place. */
  private static final String WHOLE = "the ";

  private RemedyText() {}

  private static String kept(String remedy, String text) {
    return "  " + remedy + ": " + PlainText.of(text) + "\n";
  }

  static String render(HealResult result) {
    TextTable table =
        new TextTable(
            1,
            List.of(
                "remedy", "float", "quantized", "change by it", "95 %", "outputs", "s", "verdict"));
    StringBuilder reasons = new StringBuilder();
    for (RemedyStep step : result.steps()) {
      table.row(
          List.of(
              step.remedy(),
              step.floating().map(f -> floating(step, f)).orElse("-"),
              step.quantized().map(q -> HealText.damage("", result.fp(), q).get(1)).orElse("-"),
              step.gain().map(g -> Numbers.signed(turned(g.value(), result))).orElse("-"),
              step.gain().map(g -> HealText.range(turned(g, result))).orElse("-"),
              step.quantized().map(q -> Numbers.decibels(q.sqnr())).orElse("-"),
              String.format(Locale.ROOT, "%.0f", step.seconds()),
              verdict(step)));
      if (step.verdict() == RemedyStep.Verdict.KEPT) {
        step.applied().stream()
            .filter(text -> text.startsWith(WHOLE))
            .forEach(text -> reasons.append(kept(step.remedy(), text)));
      }
      if (step.verdict() == RemedyStep.Verdict.NOT_APPLICABLE && !step.refused().isEmpty()) {
        reasons
            .append("  ")
            .append(step.remedy())
            .append(" does not apply: ")
            .append(PlainText.of(step.refused().get(0)))
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
  static double turned(double loss, HealResult result) {
    return lower(result) ? loss : -loss;
  }

  static Score turned(Score loss, HealResult result) {
    return lower(result) ? loss : new Score(-loss.value(), -loss.high(), -loss.low());
  }

  private static boolean lower(HealResult result) {
    return result.direction() == Direction.LOWER;
  }

  private static String floating(RemedyStep step, Damage damage) {
    if (step.keepsFunction()) {
      return Numbers.decibels(damage.sqnr());
    }
    return damage
        .delta()
        .map(d -> Numbers.signed(d.value()))
        .orElse(Numbers.decibels(damage.sqnr()));
  }

  private static String verdict(RemedyStep step) {
    return switch (step.verdict()) {
      case KEPT -> "kept";
      case HELPFUL -> "helps";
      case DROPPED -> "no help";
      case NOT_APPLICABLE -> "does not apply";
    };
  }
}
