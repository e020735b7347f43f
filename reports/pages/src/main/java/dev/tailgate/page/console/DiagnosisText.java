package dev.tailgate.page.console;

import dev.tailgate.result.Finding;
import dev.tailgate.result.wording.PlainText;
import java.util.List;

/** A diagnosis for a terminal: each finding with what addresses it below. */
public final class DiagnosisText {
  private DiagnosisText() {}

  /**
   * The lines, each ended by a line feed:
   *
   * <pre>
   *   1. Channel 308 of 768 holds 97 % of the fourth moment of ffn_out of layer 9 (...).
   *      try: scales, rotate, exceptions
   * </pre>
   */
  public static String render(List<Finding> findings) {
    StringBuilder out = new StringBuilder();
    for (Finding finding : findings) {
      String number = finding.rank() + ". ";
      out.append(number).append(PlainText.of(finding.sentence())).append('\n');
      if (!finding.advice().isEmpty()) {
        out.append(" ".repeat(number.length()))
            .append("try: ")
            .append(PlainText.of(String.join(", ", finding.advice())))
            .append('\n');
      }
    }
    return out.toString();
  }
}
