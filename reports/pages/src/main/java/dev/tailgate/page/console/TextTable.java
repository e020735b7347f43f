package dev.tailgate.page.console;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Columns of text, the first ones flush left, the rest flush right, as wide as their widest cell,
 * in code points. Two spaces stand between columns and none at the end of a line.
 */
public final class TextTable {
  private final int leftColumns;
  private final List<List<String>> rows = new ArrayList<>();

  private TextTable(int leftColumns) {
    this.leftColumns = leftColumns;
  }

  /** A table of numbers behind {@code leftColumns} columns of words, with a head. */
  public TextTable(int leftColumns, List<String> head) {
    this(leftColumns);
    row(head);
  }

  /** A table of words, all flush left. */
  public static TextTable ofWords() {
    return new TextTable(Integer.MAX_VALUE);
  }

  /** Adds a row of as many cells as the first. */
  public TextTable row(List<String> cells) {
    if (!rows.isEmpty() && cells.size() != rows.get(0).size()) {
      throw new IllegalArgumentException(
          "table row has " + cells.size() + " cells, expected " + rows.get(0).size());
    }
    rows.add(List.copyOf(cells));
    return this;
  }

  /** Adds a row of what the cells print as. */
  public TextTable row(Object first, Object second, Object... more) {
    return row(
        Stream.concat(Stream.of(first, second), Stream.of(more)).map(String::valueOf).toList());
  }

  /** The lines, each ended by a line feed; nothing without rows. */
  public String render() {
    return render("");
  }

  /** The same, each line after {@code indent}. */
  public String render(String indent) {
    StringBuilder out = new StringBuilder();
    lines().forEach(line -> out.append((indent + line).stripTrailing()).append('\n'));
    return out.toString();
  }

  private List<String> lines() {
    int[] widths = rows.isEmpty() ? new int[0] : new int[rows.get(0).size()];
    for (List<String> row : rows) {
      for (int column = 0; column < widths.length; column++) {
        widths[column] = Math.max(widths[column], length(row.get(column)));
      }
    }
    return rows.stream().map(row -> line(row, widths)).toList();
  }

  private String line(List<String> row, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int column = 0; column < widths.length; column++) {
      String cell = row.get(column);
      String pad = " ".repeat(widths[column] - length(cell));
      line.append(column == 0 ? "" : "  ");
      line.append(column < leftColumns ? cell + pad : pad + cell);
    }
    return line.toString().stripTrailing();
  }

  private static int length(String cell) {
    return cell.codePointCount(0, cell.length());
  }
}
