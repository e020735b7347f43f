package dev.tailgate.page.console;

import dev.tailgate.result.lab.Claim;
import dev.tailgate.result.lab.LabResult;
import dev.tailgate.result.lab.Study;
import java.util.Locale;

/** What the laboratory found, on a terminal. */
public final class LabText {
  private LabText() {}

  /** All claims with what was found, and the tables behind them. */
  public static String render(LabResult result) {
    StringBuilder out = new StringBuilder();
    for (Study study : result.studies()) {
      out.append(
          String.format(
              Locale.ROOT,
              "%s: %s (%.1f s)%n%s%n%n",
              study.id(),
              study.question(),
              study.seconds(),
              study.method()));
      for (Claim claim : study.claims()) {
        String standing =
            switch (claim.standing()) {
              case PROVEN -> "proven";
              case MEASURED -> "measured";
              case NO_DIFFERENCE -> "no difference";
            };
        out.append(
            String.format(
                Locale.ROOT,
                "  %-13s  %s%n                 %s%s%n",
                standing,
                claim.statement(),
                claim.holds() ? "" : "DOES NOT HOLD: ",
                claim.found()));
      }
      out.append('\n');
      for (Study.Table table : study.tables()) {
        out.append("  ").append(table.title()).append('\n');
        TextTable text = new TextTable(1, table.columns());
        table.rows().forEach(text::row);
        out.append(text.render("  ")).append('\n');
      }
    }
    return out.toString().replace(System.lineSeparator(), "\n");
  }
}
