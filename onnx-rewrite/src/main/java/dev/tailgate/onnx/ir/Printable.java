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
    StringBuilder safe = new StringBuilder(Math.min(text.length(), MAX_LENGTH));
    for (int i = 0; i < text.length() && safe.length() < MAX_LENGTH; i++) {
      char c = text.charAt(i);
      safe.append(Character.isISOControl(c) || isDirectionMark(c) ? '?' : c);
    }
    return text.length() > MAX_LENGTH ? safe + "..." : safe.toString();
  }

  private static boolean isDirectionMark(char c) {
    return (c >= '\u202A' && c <= '\u202E') || (c >= '\u2066' && c <= '\u2069');
  }
}
