package dev.tailgate.result.glossary;

import java.util.List;
import java.util.stream.Collectors;

/** The glossary as a page of the manual. */
public final class GlossaryMarkdown {
  private GlossaryMarkdown() {}

  /** The page, ended by a line feed. */
  public static String render(Glossary glossary) {
    StringBuilder out = new StringBuilder();
    out.append("# Glossary\n\n")
        .append("`tailgate glossary` prints this page's content; it is made from the code.\n\n")
        .append("## Metrics\n");
    for (Term term : glossary.metrics()) {
      out.append("\n### ").append(term.name()).append("\n\n");
      term.reading().ifPresent(reading -> out.append(reading).append("\n\n"));
      out.append("| | |\n|---|---|\n");
      row(out, "in JSON", "`" + term.id() + "`");
      row(out, "formula", "`" + term.formula() + "`");
      row(out, "is", term.inWords());
      row(out, "source", term.source());
      if (!term.gateMetrics().isEmpty()) {
        row(out, "in gates", codes(term.gateMetrics()));
      }
    }
    out.append("\n## What a gate can bound\n\n")
        .append("The last two columns are the rules that hold where none are given: alone, and")
        .append(" against a baseline.\n\n")
        .append("| metric | what it is | taps | samples | alone | against a baseline |\n")
        .append("|---|---|---|---|---|---|\n");
    for (GateTerm term : glossary.gateMetrics()) {
      out.append("| `")
          .append(term.id())
          .append("` | ")
          .append(escaped(term.description()))
          .append(term.selectsTaps() ? " | selected" : " | ")
          .append(term.needsSamples() ? " | needed | " : " | any | ")
          .append(term.boundAlone().orElse(""))
          .append(" | ")
          .append(term.boundAgainstBaseline().orElse(""))
          .append(" |\n");
    }
    return out.toString();
  }

  private static void row(StringBuilder out, String key, String value) {
    out.append("| ").append(key).append(" | ").append(escaped(value)).append(" |\n");
  }

  private static String codes(List<String> ids) {
    return ids.stream().map(id -> "`" + id + "`").collect(Collectors.joining(", "));
  }

  /** A bar would end the cell. */
  private static String escaped(String text) {
    return text.replace("|", "\\|");
  }
}
