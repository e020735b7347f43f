package dev.tailgate.page.console;

import dev.tailgate.result.FamilyResult;
import dev.tailgate.result.wording.PlainText;
import java.util.List;
import java.util.Locale;

/** A family of trained models for people: a line a model. */
public final class FamilyText {
  private FamilyText() {}

  /** The text, ended by a line feed. */
  public static String render(FamilyResult result) {
    TextTable table =
        new TextTable(
            1,
            List.of(
                PlainText.of(result.family()),
                "seed",
                "loss",
                metric(result),
                "W8A8",
                "avg kurtosis",
                "max kurtosis",
                "max inf norm",
                "seconds"));
    for (FamilyResult.Model model : result.models()) {
      table.row(
          List.of(
              PlainText.of(model.method()),
              String.valueOf(model.seed()),
              number("%.4f", model.loss()),
              number("%.4f", model.floating()),
              number("%.4f", model.quantized()),
              number("%.2f", model.averageKurtosis()),
              number("%.1f", model.maxKurtosis()),
              number("%.1f", model.maxInfNorm()),
              number("%.0f", model.seconds())));
    }
    StringBuilder out = new StringBuilder(table.render());
    result
        .floor()
        .ifPresent(
            floor ->
                out.append("one who knows how the data was made: ")
                    .append(number("%.4f", floor))
                    .append('\n'));
    return out.toString();
  }

  private static String metric(FamilyResult result) {
    return result.models().stream()
        .map(model -> PlainText.of(model.metric()))
        .findFirst()
        .orElse("metric");
  }

  private static String number(String form, double value) {
    return String.format(Locale.ROOT, form, value);
  }
}
