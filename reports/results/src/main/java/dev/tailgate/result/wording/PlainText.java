package dev.tailgate.result.wording;

/** Text of any origin, made harmless for a terminal. */
public final class PlainText {
  private PlainText() {}

  /**
   * Writes control, format and line-breaking characters and lone surrogates as {@code \x1b} or
   * {@code \u202e}: a name can then neither move the cursor nor turn the reading direction.
   */
  public static String of(String words) {
    StringBuilder out = new StringBuilder();
    words.codePoints().forEach(c -> append(out, c));
    return out.toString();
  }

  private static void append(StringBuilder out, int c) {
    switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE ->
          out.append(escape(c));
      default -> out.appendCodePoint(c);
    }
  }

  private static String escape(int c) {
    String digits = Integer.toHexString(c);
    return c < 0x100
        ? "\\x" + "0".repeat(2 - digits.length()) + digits
        : "\\u" + "0".repeat(Math.max(0, 4 - digits.length())) + digits;
  }

  /** At most that many characters; the end is kept, because tensor names differ there. */
  public static String last(String words, int length) {
    int size = words.codePointCount(0, words.length());
    return size <= length
        ? words
        : "..." + words.substring(words.offsetByCodePoints(0, size - length + 3));
  }

  /** At most that many characters, with an ellipsis for what is left out of the middle. */
  public static String middleCut(String words, int length) {
    int size = words.codePointCount(0, words.length());
    if (size <= length) {
      return words;
    }
    int head = words.offsetByCodePoints(0, length / 2);
    int tail = words.offsetByCodePoints(0, size - (length - length / 2 - 1));
    return words.substring(0, head) + "\u2026" + words.substring(tail);
  }
}
