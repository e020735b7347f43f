package dev.tailgate.result.compare;

import dev.tailgate.result.wording.PlainText;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A comparison as Markdown tables: best numbers bold, second best underlined. */
public final class ComparisonMarkdown {
  private static final String SPECIAL = "\\`*_{}[]<>#|!&~$";

  private ComparisonMarkdown() {}

  /**
   * A section for each group, its numbers and its differences from the baseline; then the notes.
   */
  public static String write(Comparison comparison) {
    StringBuilder out = new StringBuilder("# Comparison\n");
    boolean origins = comparison.mixesOrigins();
    for (Group group : comparison.groups()) {
      out.append("\n## ").append(escaped(group.title())).append("\n\n");
      out.append(escaped(group.conditions().inWords())).append(".\n\n");
      numbers(comparison.columns(), group, origins, out);
      against(comparison.baseline(), group, origins, out);
    }
    EffectTable.of(comparison).ifPresent(effect -> effect(comparison, effect, out));
    out.append("\nBold: best of the group; underlined: second best.");
    out.append(" Mean \u00b1 standard deviation over seeds.\n");
    if (!comparison.notes().isEmpty()) {
      out.append("\n## Notes\n\n");
      comparison.notes().forEach(note -> out.append("- ").append(escaped(note)).append('\n'));
    }
    return out.toString();
  }

  private static void numbers(
      List<MethodColumn> columns, Group group, boolean origins, StringBuilder out) {
    List<String> head = names("Method", origins, "Origin");
    columns.forEach(column -> head.add(escaped(column.head(group.conditions()))));
    out.append(head(head, origins));
    for (MethodRow row : group.rows()) {
      List<String> cells = names(row.method(), origins, row.origin());
      for (MethodColumn column : columns) {
        Cell cell = row.cell(column);
        cells.add(marked(cell.text(" \u00b1 "), cell.mark()));
      }
      out.append(line(cells));
    }
  }

  private static void against(String baseline, Group group, boolean origins, StringBuilder out) {
    List<MethodRow> others = group.withChange();
    if (others.isEmpty()) {
      return;
    }
    String scheme = escaped(group.conditions().schemeName());
    List<String> head = names("Against " + baseline, origins, "Origin");
    MethodRow.CHANGES.forEach(column -> head.add(escaped(column.head(group.conditions()))));
    head.add(scheme + " difference (95 %)");
    head.add("Cost difference (95 %)");
    out.append('\n').append(head(head, origins));
    for (MethodRow row : others) {
      List<String> cells = names(row.method(), origins, row.origin());
      MethodRow.CHANGES.forEach(column -> cells.add(row.cell(column).relativeText()));
      cells.add(PairedText.of(row.against().quantized()));
      cells.add(PairedText.of(row.against().cost()));
      out.append(line(cells));
    }
  }

  private static void effect(Comparison comparison, EffectTable effect, StringBuilder out) {
    out.append("\n## Softmax1\n\n").append(head(effect.head(), false));
    effect
        .rows()
        .forEach(row -> out.append(line(row.stream().map(ComparisonMarkdown::escaped).toList())));
    out.append('\n')
        .append(escaped(String.join(" ", EffectTable.reading(comparison))))
        .append('\n');
  }

  private static List<String> names(String method, boolean origins, String origin) {
    List<String> names = new ArrayList<>(List.of(escaped(method)));
    if (origins) {
      names.add(escaped(origin));
    }
    return names;
  }

  private static String head(List<String> cells, boolean origins) {
    int names = origins ? 2 : 1;
    List<String> rule = new ArrayList<>(Collections.nCopies(names, "---"));
    rule.addAll(Collections.nCopies(cells.size() - names, "---:"));
    return line(cells) + line(rule);
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
