package dev.tailgate.stats.metric;

import java.util.Locale;

/** Which way a metric improves. */
public enum Direction {
  /** Larger is better: accuracy, SQNR. */
  HIGHER,
  /** Smaller is better: perplexity, error, divergence. */
  LOWER;

  /** The direction in words, such as {@code lower is better}. */
  public String inWords() {
    return name().toLowerCase(Locale.ROOT) + " is better";
  }

  /** The words in snake case, such as {@code lower_is_better}. */
  public String label() {
    return inWords().replace(' ', '_');
  }
}
