package dev.tailgate.quant.placement;

import java.util.regex.Pattern;

/**
 * Matches names out of a model against patterns in bounded time. Names are not to be trusted, and
 * backtracking over a hostile one can take longer than anyone waits.
 */
final class BoundedMatch {
  private static final int LONGEST_NAME = 1000;
  private static final int MOST_READS = 1_000_000;

  private BoundedMatch() {}

  /** Whether all of {@code name} is {@code glob}, in which * is any text and ? any character. */
  static boolean glob(String glob, CharSequence name) {
    int g = 0;
    int n = 0;
    int star = -1;
    int resume = 0;
    // The last star is the only one worth going back to, so the time is the product of the lengths.
    while (n < name.length()) {
      if (g < glob.length() && glob.charAt(g) == '*') {
        star = g++;
        resume = n;
      } else if (g < glob.length() && (glob.charAt(g) == '?' || glob.charAt(g) == name.charAt(n))) {
        g++;
        n++;
      } else if (star >= 0) {
        g = star + 1;
        n = ++resume;
      } else {
        return false;
      }
    }
    while (g < glob.length() && glob.charAt(g) == '*') {
      g++;
    }
    return g == glob.length();
  }

  /**
   * Whether {@code pattern} is found in the first thousand characters of {@code name}.
   *
   * @throws IllegalArgumentException when that takes too many steps
   */
  static boolean find(Pattern pattern, String name) {
    String start = name.substring(0, Math.min(name.length(), LONGEST_NAME));
    try {
      return pattern.matcher(new Counted(start, new int[] {MOST_READS})).find();
    } catch (StackOverflowError e) {
      throw tooLong(pattern.pattern(), e);
    }
  }

  private static IllegalArgumentException tooLong(String pattern, Throwable cause) {
    return new IllegalArgumentException(
        "Selector /" + pattern + "/ takes too long on a name in the model; write it simpler",
        cause);
  }

  /** Text that can be read so many characters from. */
  private record Counted(String text, int[] left) implements CharSequence {
    @Override
    public char charAt(int index) {
      if (left[0]-- <= 0) {
        throw new IllegalArgumentException(
            "A selector takes too long on the name '"
                + text.substring(0, Math.min(40, text.length()))
                + "'; write the regular expression simpler");
      }
      return text.charAt(index);
    }

    @Override
    public int length() {
      return text.length();
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return new Counted(text.substring(start, end), left);
    }

    @Override
    public String toString() {
      return text;
    }
  }
}
