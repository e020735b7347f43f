package dev.tailgate.page.console;

import java.util.ArrayList;
import java.util.List;

/** Columns of text, the first ones flush left, the rest flush right, as wide as they need to be. */
final class TextTable {
  private final int leftColumns;
  private final List<List<String>> rows = new ArrayList<>();

  TextTable(int leftColumns, List<String> head) {
    this.leftColumns = leftColumns;
    rows.add(List.copyOf(head));
  }

  void row(List<String> cells) {
    if (cells.size() != rows.get(0).size()) {
      throw new IllegalArgumentException(
          "table row has " + cells.size() + " cells, expected " + rows.get(0).size());
    }
    rows.add(List.copyOf(cells));
  }

  String render() {
    StringBuilder out = new StringBuilder();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int column = 0; column < row.size(); column++) {
        String pad = " ".repeat(width(column) - length(row.get(column)));
        line.append(column == 0 ? "" : "  ");
        line.append(column < leftColumns ? row.get(column) + pad : pad + row.get(column));
      }
      out.append(line.toString().stripTrailing()).append('\n');
    }
    return out.toString();
  }

  private int width(int column) {
    return rows.stream().mapToInt(row -> length(row.get(column))).max().orElse(0);
  }

  private static int length(String cell) {
    return cell.codePointCount(0, cell.length());
  }
}
