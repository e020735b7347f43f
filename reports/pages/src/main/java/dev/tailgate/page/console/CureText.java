package dev.tailgate.page.console;

import dev.tailgate.result.CureResult;
import dev.tailgate.result.CureResult.Kind;
import dev.tailgate.result.CureResult.Stage;
import dev.tailgate.result.Score;
import dev.tailgate.result.wording.CureFinding;
import dev.tailgate.result.wording.Numbers;
import dev.tailgate.result.wording.PlainText;
import dev.tailgate.result.wording.SchemeName;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A cure for people: before, rewritten and cured, and how it was trained. */
public final class CureText {
  private CureText() {}

  /** The text, ended by a line feed. */
  public static String render(CureResult result) {
    StringBuilder out = new StringBuilder();
    CureResult.Data data = result.data();
    CureResult.Training training = result.training();
    out.append(clean(result.model()))
        .append(", attention now ")
        .append(clean(result.method()))
        .append('\n')
        .append("trained ")
        .append(training.steps())
        .append(" steps on ")
        .append(data.training())
        .append(" samples (")
        .append(training.samples())
        .append(" seen, ")
        .append(data.labels() ? "with" : "without")
        .append(" labels) in ")
        .append(duration(training.seconds()))
        .append("; ")
        .append(clean(training.ended()))
        .append('\n')
        .append("trained on: ")
        .append(clean(data.description()))
        .append('\n')
        .append("measured on: ")
        .append(clean(data.heldOutDescription()))
        .append(", none of them seen in training\n\n")
        .append(stages(result))
        .append('\n');
    if (result.metric().isPresent()) {
      out.append(changes(result)).append('\n');
    }
    out.append(clean(CureFinding.of(result))).append('\n');
    result.warnings().forEach(w -> out.append("Note: ").append(clean(w)).append('\n'));
    return out.toString();
  }

  private static String stages(CureResult result) {
    String scheme = SchemeName.shown(result.scheme());
    boolean scored = result.metric().isPresent();
    TextTable table =
        scored
            ? new TextTable(
                1,
                List.of(
                    "",
                    clean(result.metric().get()),
                    "95 %",
                    scheme,
                    "95 %",
                    "cost",
                    "95 %",
                    "kurtosis",
                    "inf. norm",
                    "sink rate",
                    "to original"))
            : new TextTable(
                1, List.of("", "to original", scheme, "kurtosis", "inf. norm", "sink rate"));
    for (Stage stage : result.stages()) {
      String kurtosis = Numbers.compact(stage.averageKurtosis());
      String norm = Numbers.compact(stage.maxInfNorm());
      table.row(
          scored
              ? List.of(
                  name(stage.kind()),
                  value(stage.fp()),
                  range(stage.fp()),
                  value(stage.quantized()),
                  range(stage.quantized()),
                  signed(stage.cost()),
                  range(stage.cost()),
                  kurtosis,
                  norm,
                  rate(stage),
                  Numbers.decibels(stage.sqnr()))
              : List.of(
                  name(stage.kind()),
                  Numbers.decibels(stage.sqnr()),
                  Numbers.decibels(stage.quantizedSqnr()),
                  kurtosis,
                  norm,
                  rate(stage)));
    }
    return table.render();
  }

  private static String changes(CureResult result) {
    TextTable table =
        new TextTable(
            1,
            List.of(
                "against the original",
                "float",
                "95 %",
                SchemeName.shown(result.scheme()),
                "95 %",
                "cost",
                "95 %"));
    for (Kind kind : List.of(Kind.REWRITTEN, Kind.CURED)) {
      Stage stage = result.stage(kind);
      table.row(
          List.of(
              name(kind),
              signed(stage.fpChange()),
              range(stage.fpChange()),
              signed(stage.quantizedChange()),
              range(stage.quantizedChange()),
              signed(stage.costChange()),
              range(stage.costChange())));
    }
    return table.render();
  }

  private static String name(Kind kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }

  private static String value(Optional<Score> score) {
    return score.map(s -> Numbers.padded(s.value())).orElse("-");
  }

  private static String signed(Optional<Score> score) {
    return score.map(s -> Numbers.signed(s.value())).orElse("-");
  }

  private static String range(Optional<Score> score) {
    return score.map(HealText::range).orElse("-");
  }

  private static String rate(Stage stage) {
    return stage
        .sinkRate()
        .map(rate -> String.format(Locale.ROOT, "%.1f %%", 100 * rate))
        .orElse("-");
  }

  private static String duration(double seconds) {
    return seconds < 120
        ? String.format(Locale.ROOT, "%.0f s", seconds)
        : String.format(Locale.ROOT, "%.1f min", seconds / 60);
  }

  private static String clean(String words) {
    return PlainText.of(words).replace('\u202f', ' ').replace('\u00a0', ' ');
  }
}
