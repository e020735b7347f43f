package dev.tailgate.data.text;

/** A tokenizer in native code, in this process or in one of its own. */
interface TokenizerBinding extends AutoCloseable {
  /**
   * What becomes of a text.
   *
   * @param texts which of two texts each token is of; -1 for special ones
   * @param starts where in its text each token begins, in characters
   */
  record Tokens(
      long[] ids,
      long[] types,
      boolean[] special,
      int[] texts,
      int[] starts,
      int[] ends,
      String[] tokens) {}

  /** A text as it was asked for when the tokenizer was opened. */
  Tokens encode(String text);

  /** Two texts, likewise. */
  Tokens encode(String first, String second);

  /** A text without special tokens around it. */
  Tokens bare(String text);

  @Override
  void close();
}
