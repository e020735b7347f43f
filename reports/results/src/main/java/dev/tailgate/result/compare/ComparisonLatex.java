package dev.tailgate.result.compare;

import dev.tailgate.result.wording.PlainText;
import java.util.ArrayList;
import java.util.List;

/**
 * A comparison as a LaTeX table with the columns of the papers; best numbers bold, second best
 * underlined. Needs the package {@code booktabs}.
 */
public final class ComparisonLatex {
  private static final List<MethodColumn> COLUMNS =
      List.of(
          MethodColumn.FP, MethodColumn.QUANTIZED, MethodColumn.KURTOSIS, MethodColumn.INF_NORM);

  private ComparisonLatex() {}

  /** The {@code tabular}, with a comment on how to use it. */
  public static String write(Comparison comparison) {
    boolean origins = comparison.mixesOrigins();
    StringBuilder out = new StringBuilder();
    out.append("% Preamble: \\usepackage[T1]{fontenc} \\usepackage{booktabs}\n");
    out.append("% Then \\input{compare.tex} inside a table environment.\n");
    out.append("\\begin{tabular}{ll").append(origins ? "l" : "").append("rrrr}\n\\toprule\n");
    out.append(line(head(comparison, origins))).append("\\midrule\n");
    for (int g = 0; g < comparison.groups().size(); g++) {
      Group group = comparison.groups().get(g);
      if (g > 0) {
        out.append("\\midrule\n");
      }
      for (int r = 0; r < group.rows().size(); r++) {
        out.append(line(cells(r == 0 ? group.title() : "", group.rows().get(r), origins)));
      }
    }
    out.append("\\bottomrule\n\\end{tabular}\n");
    comparison.notes().forEach(note -> out.append("% ").append(PlainText.of(note)).append('\n'));
    return out.toString();
  }

  private static List<String> head(Comparison comparison, boolean origins) {
    List<String> schemes =
        comparison.groups().stream().map(g -> g.conditions().schemeName()).distinct().toList();
    List<String> head = new ArrayList<>(List.of("Model", "Method"));
    if (origins) {
      head.add("Origin");
    }
    head.addAll(
        List.of(
            "FP",
            schemes.size() == 1 ? escaped(schemes.get(0)) : "Quantized",
            spaced(MethodColumn.KURTOSIS),
            spaced(MethodColumn.INF_NORM)));
    return head;
  }

  /** A space behind a full stop that ends no sentence. */
  private static String spaced(MethodColumn column) {
    return column.metric().orElseThrow().modelNumber().head().replace(". ", ".\\ ");
  }

  private static List<String> cells(String title, MethodRow row, boolean origins) {
    List<String> cells = new ArrayList<>(List.of(escaped(title), escaped(row.method())));
    if (origins) {
      cells.add(escaped(row.origin()));
    }
    for (MethodColumn column : COLUMNS) {
      Cell cell = row.cell(column);
      cells.add(marked(number(cell.text(" $\\pm$ ")), cell.mark()));
    }
    return cells;
  }

  private static String number(String text) {
    return text.startsWith("-") && text.length() > 1 ? "$-$" + text.substring(1) : text;
  }

  private static String marked(String text, Cell.Mark mark) {
    return switch (mark) {
      case BEST -> "\\textbf{" + text + "}";
      case SECOND -> "\\underline{" + text + "}";
      case NONE -> text;
    };
  }

  private static String line(List<String> cells) {
    return String.join(" & ", cells) + " \\\\\n";
  }

  private static String escaped(String words) {
    StringBuilder out = new StringBuilder();
    PlainText.of(words).codePoints().forEach(c -> append(out, c));
    return out.toString();
  }

  private static void append(StringBuilder out, int c) {
    switch (c) {
      case '\\' -> out.append("\\textbackslash{}");
      case '~' -> out.append("\\textasciitilde{}");
      case '^' -> out.append("\\textasciicircum{}");
      case '&', '%', '$', '#', '_', '{', '}' -> out.append('\\').appendCodePoint(c);
      default -> out.appendCodePoint(c);
    }
  }
}
