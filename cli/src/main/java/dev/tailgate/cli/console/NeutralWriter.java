package dev.tailgate.cli.console;

import java.io.FilterWriter;
import java.io.IOException;
import java.io.Writer;

/**
 * Replaces control characters other than line ends and tabs by {@code ?}. Names in a model are
 * written by strangers: printed as they are, they could move the cursor, recolour a verdict or
 * retitle the window. Sitting under everything that is printed, it cannot be forgotten.
 */
public final class NeutralWriter extends FilterWriter {
  private static final boolean CARRIAGE_RETURNS = System.lineSeparator().indexOf('\r') >= 0;

  /** Writes on to {@code out}. */
  public NeutralWriter(Writer out) {
    super(out);
  }

  @Override
  public void write(int c) throws IOException {
    super.write(neutral((char) c));
  }

  @Override
  public void write(char[] text, int from, int length) throws IOException {
    char[] safe = new char[length];
    for (int i = 0; i < length; i++) {
      safe[i] = neutral(text[from + i]);
    }
    out.write(safe, 0, length);
  }

  @Override
  public void write(String text, int from, int length) throws IOException {
    write(text.toCharArray(), from, length);
  }

  private static char neutral(char c) {
    boolean layout = c == '\n' || c == '\t' || (c == '\r' && CARRIAGE_RETURNS);
    return (Character.isISOControl(c) && !layout) || reordersText(c) ? '?' : c;
  }

  /** Direction overrides make a name read as something else. */
  private static boolean reordersText(char c) {
    return (c >= '\u202A' && c <= '\u202E') || (c >= '\u2066' && c <= '\u2069');
  }
}
