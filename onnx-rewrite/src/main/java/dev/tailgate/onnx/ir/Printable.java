package dev.tailgate.onnx.ir;

/** Makes strings that come out of a model file safe to print on a terminal or in a log. */
public final class Printable {
  private static final int MAX_LENGTH = 200;

  private Printable() {}

  /**
   * Replaces control characters (terminal escapes included) by {@code ?} and shortens very long
   * names, which an untrusted model may carry.
   */
  public static String of(String text) {
    return text.length() > MAX_LENGTH ? clean(text.substring(0, MAX_LENGTH)) + "..." : clean(text);
  }

  /**
   * The same for a text of which the end matters most: where it is longer than {@code most}, words
   * are left out behind its first fifth.
   */
  public static String ending(String text, int most) {
    int head = most / 5;
    return text.length() <= most
        ? clean(text)
        : clean(text.substring(0, head) + " ... " + text.substring(text.length() - most + head));
  }

  /** The replacement alone, for places put together from parts that were shortened before. */
  static String clean(String text) {
    StringBuilder safe = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      safe.append(Character.isISOControl(c) || isDirectionMark(c) ? '?' : c);
    }
    return safe.toString();
  }

  private static boolean isDirectionMark(char c) {
    return (c >= '\u202A' && c <= '\u202E') || (c >= '\u2066' && c <= '\u2069');
  }
}
