package dev.tailgate.page.chart;

/** Text of any origin as XML character data. */
final class Xml {
  private Xml() {}

  /**
   * Escapes markup and quotes; replaces what XML cannot hold (control characters, lone surrogates).
   */
  static String text(String words) {
    StringBuilder out = new StringBuilder();
    words.codePoints().forEach(c -> append(out, c));
    return out.toString();
  }

  private static void append(StringBuilder out, int c) {
    switch (c) {
      case '<' -> out.append("&lt;");
      case '>' -> out.append("&gt;");
      case '&' -> out.append("&amp;");
      case '"' -> out.append("&quot;");
      case '\'' -> out.append("&#39;");
      default -> {
        boolean held = (c >= 0x20 && c <= 0xD7FF) || (c >= 0xE000 && c <= 0xFFFD) || c >= 0x10000;
        out.appendCodePoint(held ? c : 0xFFFD);
      }
    }
  }
}
