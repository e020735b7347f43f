package dev.tailgate.page.console;

import dev.tailgate.result.TrainResult;
import dev.tailgate.result.wording.PlainText;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A training for people: on what, how far the loss came down, and what held-out samples say. */
public final class TrainText {
  private static final int ROWS = 12;
  private static final int WINDOW = 10;

  private TrainText() {}

  /** The text, ended by a line feed. */
  public static String render(TrainResult result) {
    StringBuilder out = new StringBuilder();
    out.append(PlainText.of(result.model())).append('\n');
    line(out, "trained on: %s", PlainText.of(result.data().description()));
    line(
        out,
        "scored on: %s, none of them trained on",
        PlainText.of(result.data().heldOutDescription()));
    result.teacher().ifPresent(file -> line(out, "taught by: %s", PlainText.of(file)));
    line(
        out,
        "loss: %s; %d weights with %d numbers trained, %d as they were",
        String.join(" + ", result.losses()),
        result.weights().tensors(),
        result.weights().elements(),
        result.weights().frozen());
    line(
        out,
        "%d steps over %d samples%s in %.0f s; %s%n",
        result.steps(),
        result.samples(),
        result.tokens() == 0 ? "" : " of " + result.tokens() + " tokens",
        result.seconds(),
        result.end() == TrainResult.End.STEPS
            ? "all steps were made"
            : "ended early, since scores got no better");
    out.append(scores(result).render()).append('\n');
    line(
        out,
        "The weights written are those after step %d%s.",
        result.chosen(),
        result.metric().isPresent() ? ", which scored best" : "");
    result.quantized().ifPresent(end -> quantized(out, result, end));
    result.warnings().forEach(warning -> line(out, "Note: %s", PlainText.of(warning)));
    return out.toString();
  }

  private static void quantized(StringBuilder out, TrainResult result, TrainResult.Quantized end) {
    line(
        out,
        "Trained through quantizers of %s, which the scores above are of.%n",
        PlainText.of(end.scheme()));
    TextTable table =
        new TextTable(
            0, List.of("held-out " + result.metric().orElse("score"), "before", "trained"));
    table.row("float", number(end.floatBefore()), number(end.floatAfter()));
    table.row("rounded", score(result.before()), score(result.after()));
    table.row("deployed", "-", number(end.deployed()));
    out.append(table.render()).append('\n');
  }

  private static String score(Optional<Double> value) {
    return value.map(TrainText::number).orElse("-");
  }

  private static TextTable scores(TrainResult result) {
    TextTable table =
        new TextTable(0, List.of("step", "loss", "held-out " + result.metric().orElse("score")));
    List<TrainResult.Scored> scores = result.scores();
    int each = Math.max(1, (scores.size() + ROWS - 1) / ROWS);
    for (int i = 0; i < scores.size(); i++) {
      TrainResult.Scored score = scores.get(i);
      boolean isShown = i % each == 0 || i == scores.size() - 1 || score.step() == result.chosen();
      if (isShown) {
        table.row(Long.toString(score.step()), loss(result, score.step()), number(score.value()));
      }
    }
    return table;
  }

  /** The mean of the last steps before one. */
  private static String loss(TrainResult result, long step) {
    return result.curve().stream()
        .filter(point -> point.step() <= step && point.step() > step - WINDOW)
        .mapToDouble(TrainResult.Step::loss)
        .average()
        .stream()
        .mapToObj(TrainText::number)
        .findFirst()
        .orElse("-");
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.5g", value);
  }

  private static void line(StringBuilder out, String form, Object... words) {
    out.append(String.format(Locale.ROOT, form, words)).append('\n');
  }
}
