package dev.tailgate.result.compare;

import java.util.Locale;

/**
 * Two methods that differ in the one zero logit of Softmax1 only. A family with all six methods has
 * three such pairs, and four families have the twelve over which arXiv 2404.03828 takes its means.
 */
public enum Softmax1Pair {
  /** Plain softmax, and Softmax1 in its place. */
  PLAIN("vanilla", "outeffhop"),
  /** The same, both clipped. */
  CLIPPED("clipped_softmax", "clipped_outeffhop"),
  /** The same, both gated. */
  GATED("gated_attention", "gated_outeffhop");

  private final String base;
  private final String softmax1;

  Softmax1Pair(String base, String softmax1) {
    this.base = base;
    this.softmax1 = softmax1;
  }

  /** The method with softmax. */
  public String base() {
    return base;
  }

  /** The same method with Softmax1. */
  public String softmax1() {
    return softmax1;
  }

  /** The pair of a group in words, such as {@code opt clipped}. */
  String of(String title) {
    return title + " " + name().toLowerCase(Locale.ROOT);
  }
}
