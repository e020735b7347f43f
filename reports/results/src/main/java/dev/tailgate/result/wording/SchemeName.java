package dev.tailgate.result.wording;

import java.util.Locale;

/** A scheme as texts and tables show it. */
public final class SchemeName {
  private SchemeName() {}

  /**
   * The name in capitals, and what is said about it as it is: {@code w8a8 with 2 exceptions} gives
   * {@code W8A8 with 2 exceptions}.
   */
  public static String shown(String scheme) {
    int end = scheme.indexOf(' ');
    return end < 0
        ? scheme.toUpperCase(Locale.ROOT)
        : scheme.substring(0, end).toUpperCase(Locale.ROOT) + scheme.substring(end);
  }
}
