package dev.tailgate.cli.help;

/**
 * What stands at the left of a help text, and what it means, at the right in lines that are broken
 * between words only.
 *
 * @param label such as {@code -o, --out=OUT}
 * @param text a sentence or more
 */
record Entry(String label, String text) {
  private static final int INDENT = 26;

  /** The same with long names in one column, whether there is a short one before them or not. */
  static Entry of(String label, String text) {
    return new Entry((label.startsWith("--") ? "      " : "  ") + label, text);
  }

  /** In {@code width} columns; a word that is longer than what is left of them is not broken. */
  String print(int width) {
    StringBuilder out = new StringBuilder(label);
    int column = label.length();
    if (column > INDENT - 2) {
      out.append('\n');
      column = 0;
    }
    boolean begun = false;
    for (String word : text.split(" ", -1)) {
      if (begun && column + 1 + word.length() > width) {
        out.append('\n');
        column = 0;
        begun = false;
      }
      int gap = begun ? 1 : INDENT - column;
      out.append(" ".repeat(gap)).append(word);
      column += gap + word.length();
      begun = true;
    }
    return out.append('\n').toString();
  }
}
