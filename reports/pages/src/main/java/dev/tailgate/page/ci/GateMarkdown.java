package dev.tailgate.page.ci;

import dev.tailgate.result.gate.GateReport;
import dev.tailgate.result.gate.RuleVerdict;
import dev.tailgate.result.gate.Severity;
import dev.tailgate.result.wording.Numbers;
import dev.tailgate.result.wording.PlainText;
import java.util.Optional;

/** A gate as Markdown, for the summary page of a build. */
public final class GateMarkdown {
  private GateMarkdown() {}

  /** The lines, each ended by a line feed. */
  public static String render(GateReport report) {
    StringBuilder out = new StringBuilder();
    out.append("### Tailgate gate: ").append(report.verdict()).append("\n\n");
    out.append("Model ").append(text(report.model()));
    report.baseline().ifPresent(base -> out.append(", baseline ").append(text(base)));
    out.append("\n\n| verdict | rule | value | baseline | expected | why |\n");
    out.append("|---|---|---:|---:|---|---|\n");
    for (RuleVerdict rule : report.rules()) {
      out.append("| ")
          .append(rule.verdict())
          .append(rule.severity() == Severity.WARNING ? " (warning)" : "")
          .append(" | ")
          .append(text(rule.rule()))
          .append(" | ")
          .append(number(rule.value()))
          .append(" | ")
          .append(number(rule.baseline()))
          .append(" | ")
          .append(text(rule.bound()))
          .append(" | ")
          .append(text(rule.sentence()))
          .append(" |\n");
    }
    return out.toString();
  }

  private static String number(Optional<Double> value) {
    return value.map(Numbers::compact).orElse("");
  }

  /** Text that is no markup, however it was meant. */
  static String text(String raw) {
    StringBuilder out = new StringBuilder();
    for (char c : PlainText.of(raw).toCharArray()) {
      if (c == '<') {
        out.append("&lt;");
      } else if (c == '>') {
        out.append("&gt;");
      } else if (c == '&') {
        out.append("&amp;");
      } else {
        out.append("\\`*_{}[]()#+!|~@$".indexOf(c) >= 0 ? "\\" : "").append(c);
      }
    }
    return out.toString();
  }
}
