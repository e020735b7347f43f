package dev.tailgate.page.console;

import dev.tailgate.result.glossary.GateTerm;
import dev.tailgate.result.glossary.Glossary;
import dev.tailgate.result.glossary.Term;
import java.util.List;
import java.util.Locale;

/** The glossary for a terminal: a paragraph a metric, then what a gate can bound. */
public final class GlossaryText {
  private static final int WIDTH = 100;
  private static final String KEY = "  %-9s";

  private GlossaryText() {}

  /** The lines, each ended by a line feed and at most 100 characters long. */
  public static String render(Glossary glossary) {
    StringBuilder out = new StringBuilder("Metrics\n");
    for (Term term : glossary.metrics()) {
      out.append('\n').append(term.name()).append(" (").append(term.inWords()).append(")\n");
      entry(out, "in JSON", term.id());
      entry(out, "formula", term.formula());
      term.reading().ifPresent(reading -> entry(out, "reading", reading));
      entry(out, "source", term.source());
      if (!term.gateMetrics().isEmpty()) {
        entry(out, "in gates", String.join(", ", term.gateMetrics()));
      }
    }
    out.append("\nWhat a gate can bound\n");
    for (GateTerm term : glossary.gateMetrics()) {
      out.append('\n').append(term.id()).append('\n');
      entry(out, "is", term.description());
      if (term.selectsTaps()) {
        entry(out, "taps", "a rule can select them");
      }
      entry(out, "samples", term.needsSamples() ? "too few are inconclusive" : "any number");
      term.boundAlone().ifPresent(bound -> entry(out, "alone", bound));
      term.boundAgainstBaseline().ifPresent(bound -> entry(out, "baseline", bound));
    }
    return out.toString();
  }

  /** A key and its text, wrapped at spaces and indented below itself. */
  private static void entry(StringBuilder out, String key, String text) {
    String indent = " ".repeat(String.format(Locale.ROOT, KEY, key).length() + 1);
    StringBuilder line = new StringBuilder(String.format(Locale.ROOT, KEY, key));
    boolean isEmpty = true;
    for (String word : List.of(text.split(" ", -1))) {
      if (!isEmpty && line.length() + 1 + word.length() > WIDTH) {
        out.append(line).append('\n');
        line = new StringBuilder(indent.substring(1));
      }
      line.append(' ').append(word);
      isEmpty = false;
    }
    out.append(line).append('\n');
  }
}
