package dev.tailgate.reports.compare;

import dev.tailgate.reports.wording.PlainText;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A comparison as Markdown tables: best numbers bold, second best underlined. */
public final class ComparisonMarkdown {
  private static final String SPECIAL = "\\`*_{}[]<>#|!&~$";

  private ComparisonMarkdown() {}

  /** A section for each group, then the notes. */
  public static String write(Comparison comparison) {
    StringBuilder out = new StringBuilder("# Comparison\n");
    boolean origins = comparison.mixesOrigins();
    for (Group group : comparison.groups()) {
      out.append("\n## ").append(escaped(group.title())).append("\n\n");
      out.append(escaped(group.conditions().inWords())).append(".\n\n");
      List<String> head = new ArrayList<>(List.of("Method"));
      if (origins) {
        head.add("Origin");
      }
      for (Column column : comparison.columns()) {
        head.add(escaped(column.head(group.conditions())));
      }
      int names = origins ? 2 : 1;
      head.add(escaped(group.conditions().schemeName() + " against " + comparison.baseline()));
      out.append(line(head));
      List<String> rule = new ArrayList<>(Collections.nCopies(names, "---"));
      rule.addAll(Collections.nCopies(head.size() - names, "---:"));
      out.append(line(rule));
      for (Row row : group.rows()) {
        out.append(line(cells(comparison, row, origins)));
      }
    }
    out.append("\nBold: best of the group; underlined: second best.");
    out.append(" Mean \u00b1 standard deviation over seeds.\n");
    if (!comparison.notes().isEmpty()) {
      out.append("\n## Notes\n\n");
      comparison.notes().forEach(note -> out.append("- ").append(escaped(note)).append('\n'));
    }
    return out.toString();
  }

  private static List<String> cells(Comparison comparison, Row row, boolean origins) {
    List<String> cells = new ArrayList<>(List.of(escaped(row.method())));
    if (origins) {
      cells.add(escaped(row.origin()));
    }
    for (Column column : comparison.columns()) {
      Cell cell = row.cell(column);
      cells.add(marked(cell.text(" \u00b1 "), cell.mark()));
    }
    cells.add(PairedText.of(row.against().quantized()));
    return cells;
  }

  private static String marked(String text, Cell.Mark mark) {
    return switch (mark) {
      case BEST -> "**" + text + "**";
      case SECOND -> "<u>" + text + "</u>";
      case NONE -> text;
    };
  }

  private static String line(List<String> cells) {
    return "| " + String.join(" | ", cells) + " |\n";
  }

  private static String escaped(String words) {
    StringBuilder out = new StringBuilder();
    PlainText.of(words)
        .codePoints()
        .forEach(
            c -> {
              if (SPECIAL.indexOf(c) >= 0) {
                out.append('\\');
              }
              out.appendCodePoint(c);
            });
    return out.toString();
  }
}
