package dev.tailgate.data.generated;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * A small language that extends Bigram-Backcopy (Guo et al., arXiv 2410.13835). Of its symbols
 *
 * <ul>
 *   <li>the first {@code triggers} are each followed by a copy of what stood some places before,
 *   <li>the next {@code stops} are delimiters: they come at one rate after anything and tell
 *       nothing,
 *   <li>the others follow a random Markov table.
 * </ul>
 *
 * <p>So a head is needed behind a trigger, and has to do nothing everywhere else.
 *
 * @param lags trigger {@code s} copies what stood {@code 1 + s mod lags} places before it
 * @param triggerRate how often a trigger comes where nothing is copied
 * @param stopRate the same of a delimiter
 * @param concentration of the Dirichlet distribution of a row of the table; small ones make rows
 *     that a few symbols share
 * @param smoothing the part of a row that all symbols share alike
 * @param tableSeed draws the table, that is the language
 */
public record Language(
    int symbols,
    int triggers,
    int lags,
    double triggerRate,
    int stops,
    double stopRate,
    double concentration,
    double smoothing,
    long tableSeed) {
  /** The table is the square of it. */
  private static final int MOST_SYMBOLS = 4096;

  /** Refuses numbers that make no language. */
  public Language {
    if (symbols > MOST_SYMBOLS) {
      throw new IllegalArgumentException(
          "expected at most " + MOST_SYMBOLS + " symbols, found " + symbols);
    }
    boolean isWhole =
        triggers >= 0 && stops >= 0 && lags >= 1 && symbols - 1 > (long) triggers + stops;
    boolean isRate = triggerRate >= 0 && stopRate >= 0 && triggerRate + stopRate < 1;
    if (!isWhole || !isRate || !(concentration > 0) || !(smoothing >= 0 && smoothing <= 1)) {
      throw new IllegalArgumentException(
          "expected a language with symbols beside triggers and delimiters, rates below 1 together,"
              + " a concentration above 0 and a smoothing up to 1");
    }
  }

  /** The distribution of the next symbol after each one, where nothing is copied. */
  double[][] table() {
    SplittableRandom random = new SplittableRandom(tableSeed);
    int first = triggers + stops;
    double rest = 1 - (triggers > 0 ? triggerRate : 0) - (stops > 0 ? stopRate : 0);
    double[][] table = new double[symbols][symbols];
    for (double[] row : table) {
      double[] plain = Dirichlet.draw(random, symbols - first, concentration);
      for (int s = 0; s < symbols; s++) {
        row[s] =
            s < triggers
                ? triggerRate / triggers
                : s < first
                    ? stopRate / stops
                    : rest * ((1 - smoothing) * plain[s - first] + smoothing / plain.length);
      }
    }
    return table;
  }

  /** A text that begins with a plain symbol. */
  int[] text(double[][] table, SplittableRandom random, int length) {
    int[] text = new int[length];
    text[0] = random.nextInt(triggers + stops, symbols);
    for (int t = 0; t + 1 < length; t++) {
      int source = source(text, t);
      text[t + 1] = source >= 0 ? text[source] : drawn(table[text[t]], random.nextDouble());
    }
    return text;
  }

  /** The place whose symbol comes behind {@code t} for certain; -1 where the table decides. */
  int source(int[] text, int t) {
    int symbol = text[t];
    return symbol < triggers ? Math.max(-1, t - 1 - symbol % lags) : -1;
  }

  /** The distribution of what comes behind {@code t}. */
  double[] next(double[][] table, int[] text, int t) {
    int source = source(text, t);
    if (source < 0) {
      return table[text[t]];
    }
    double[] certain = new double[symbols];
    certain[text[source]] = 1;
    return certain;
  }

  private static int drawn(double[] row, double at) {
    double sum = 0;
    for (int s = 0; s < row.length; s++) {
      sum += row[s];
      if (at < sum) {
        return s;
      }
    }
    return lastOf(row);
  }

  /** The last symbol that can come, where rounding leaves the sum a little below 1. */
  private static int lastOf(double[] row) {
    int last = row.length - 1;
    while (row[last] == 0) {
      last--;
    }
    return last;
  }

  /** In words. */
  String description() {
    return "a language of "
        + Arrays.toString(new int[] {symbols, triggers, stops})
        + " symbols, triggers and delimiters";
  }
}
