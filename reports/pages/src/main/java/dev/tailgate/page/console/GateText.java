package dev.tailgate.page.console;

import dev.tailgate.result.gate.GateReport;
import dev.tailgate.result.gate.RuleVerdict;
import dev.tailgate.result.gate.Severity;
import dev.tailgate.result.gate.Verdict;
import dev.tailgate.result.wording.Numbers;
import dev.tailgate.result.wording.PlainText;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A gate for a terminal: the verdict, the rules, and why those that do not pass do not. */
public final class GateText {
  private GateText() {}

  /** The lines, each ended by a line feed. */
  public static String render(GateReport report) {
    StringBuilder out = new StringBuilder();
    out.append(
        String.format(
            Locale.ROOT,
            "%s: %d of %d rules pass, %d fail, %d inconclusive.\n",
            report.verdict(),
            report.count(Verdict.PASS),
            report.rules().size(),
            report.count(Verdict.FAIL),
            report.count(Verdict.INCONCLUSIVE)));
    out.append("model     ").append(PlainText.of(report.model())).append('\n');
    report
        .baseline()
        .ifPresent(base -> out.append("baseline  ").append(PlainText.of(base)).append('\n'));
    TextTable table =
        new TextTable(3, List.of("verdict", "rule", "metric", "value", "baseline", "expected"));
    for (RuleVerdict rule : report.rules()) {
      table.row(
          List.of(
              rule.verdict().name()
                  + (rule.severity() == Severity.WARNING
                      ? " (" + rule.severity().name().toLowerCase(Locale.ROOT) + ")"
                      : ""),
              PlainText.of(rule.rule()),
              rule.metric(),
              number(rule.value()),
              number(rule.baseline()),
              rule.bound().isEmpty() ? "-" : rule.bound()));
    }
    out.append('\n').append(table.render());
    boolean isFirst = true;
    for (RuleVerdict rule : report.rules()) {
      if (rule.verdict() != Verdict.PASS) {
        out.append(isFirst ? "\n" : "")
            .append(PlainText.of(rule.rule()))
            .append(": ")
            .append(PlainText.of(rule.sentence()))
            .append('\n');
        isFirst = false;
      }
    }
    return out.toString();
  }

  private static String number(Optional<Double> value) {
    return value.map(Numbers::compact).orElse("-");
  }
}
