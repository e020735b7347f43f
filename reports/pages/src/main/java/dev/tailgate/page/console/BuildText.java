package dev.tailgate.page.console;

import dev.tailgate.result.BuildReport;
import dev.tailgate.result.wording.PlainText;
import java.util.Locale;
import java.util.stream.Collectors;

/** What was built, for people. */
public final class BuildText {
  private BuildText() {}

  /** The text, ended by a line feed. */
  public static String render(BuildReport report) {
    return String.format(
        Locale.ROOT,
        """
        %s: %s
        %d attentions, all %s; %d weights with %,d numbers, drawn from seed %d.
        Wrote untrained model in %s (%,.1f MB)
        """,
        PlainText.of(report.architecture()),
        report.fields().entrySet().stream()
            .map(field -> PlainText.of(field.getKey() + " " + field.getValue()))
            .collect(Collectors.joining(", ")),
        report.sites(),
        PlainText.of(report.method()),
        report.weights(),
        report.parameters(),
        report.seed(),
        PlainText.of(report.out()),
        report.bytes() / 1e6);
  }
}
