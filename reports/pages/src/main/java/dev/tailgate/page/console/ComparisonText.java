package dev.tailgate.page.console;

import dev.tailgate.result.compare.Cell;
import dev.tailgate.result.compare.Comparison;
import dev.tailgate.result.compare.Group;
import dev.tailgate.result.compare.MethodColumn;
import dev.tailgate.result.compare.MethodRow;
import dev.tailgate.result.compare.PairedText;
import dev.tailgate.result.wording.PlainText;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A comparison for standard output; ASCII but for names. */
public final class ComparisonText {
  private ComparisonText() {}

  /** The lines, each ended by a line feed. */
  public static String render(Comparison comparison) {
    StringBuilder out = new StringBuilder();
    boolean origins = comparison.mixesOrigins();
    for (Group group : comparison.groups()) {
      out.append(PlainText.of(group.title()));
      out.append(": ").append(PlainText.of(group.conditions().inWords())).append('\n');
      out.append(numbers(comparison, group, origins)).append('\n');
      String against = against(group, comparison.baseline(), origins);
      if (!against.isEmpty()) {
        out.append(against).append('\n');
      }
    }
    Softmax1Text.render(comparison).ifPresent(text -> out.append(text).append('\n'));
    out.append("* best, ' second best of its group");
    boolean hasSpread =
        comparison.groups().stream()
            .flatMap(group -> group.rows().stream())
            .anyMatch(row -> row.seeds().size() > 1);
    out.append(hasSpread ? "; mean +- standard deviation over seeds\n" : "\n");
    comparison.notes().forEach(note -> out.append("note: " + PlainText.of(note) + "\n"));
    return out.toString();
  }

  private static String numbers(Comparison comparison, Group group, boolean origins) {
    List<String> head = names("method", origins, "origin");
    comparison.columns().forEach(column -> head.add(inText(column, group)));
    TextTable table = new TextTable(origins ? 2 : 1, head);
    for (MethodRow row : group.rows()) {
      List<String> cells = names(row.method(), origins, row.origin());
      comparison.columns().forEach(column -> cells.add(marked(row.cell(column))));
      table.row(cells);
    }
    return table.render();
  }

  private static String inText(MethodColumn column, Group group) {
    String words = column.head(group.conditions());
    return PlainText.of(
        words.equals("FP") || words.equals(group.conditions().schemeName())
            ? words
            : words.toLowerCase(Locale.ROOT).replace("(mb)", "(MB)"));
  }

  private static String against(Group group, String baseline, boolean origins) {
    List<MethodRow> others = group.withChange();
    if (others.isEmpty()) {
      return "";
    }
    String scheme = PlainText.of(group.conditions().schemeName());
    List<String> head = names("against " + baseline, origins, "origin");
    MethodRow.CHANGES.forEach(column -> head.add(inText(column, group)));
    head.addAll(List.of(scheme + " difference (95 %)", "cost difference (95 %)"));
    TextTable table = new TextTable(origins ? 2 : 1, head);
    for (MethodRow row : others) {
      List<String> cells = names(row.method(), origins, row.origin());
      MethodRow.CHANGES.forEach(column -> cells.add(row.cell(column).relativeText()));
      cells.add(PairedText.of(row.against().quantized()));
      cells.add(PairedText.of(row.against().cost()));
      table.row(cells);
    }
    return table.render();
  }

  private static List<String> names(String method, boolean origins, String origin) {
    List<String> names = new ArrayList<>(List.of(PlainText.of(method)));
    if (origins) {
      names.add(PlainText.of(origin));
    }
    return names;
  }

  private static String marked(Cell cell) {
    String text = cell.text(" +-");
    return switch (cell.mark()) {
      case BEST -> text + " *";
      case SECOND -> text + " '";
      case NONE -> text + "  ";
    };
  }
}
