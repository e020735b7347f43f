package dev.tailgate.data.text;

import java.util.Optional;

/**
 * A text, or two, as tokens; all arrays have one element a token.
 *
 * @param ids of the tokens
 * @param segments 0 for the first text and 1 for the second, as the tokenizer says
 * @param special whether the tokenizer added the token, such as [CLS]
 * @param texts which text the token is from, 0 or 1; -1 for special ones
 * @param starts first character of the token in its text, counted in code points
 * @param ends character behind its last one
 */
public record TokenizedText(
    int[] ids, int[] segments, boolean[] special, int[] texts, int[] starts, int[] ends) {

  /**
   * First and last token that share a character with [{@code from}, {@code to}) of text {@code
   * text}; empty where part of it was cut off.
   */
  public Optional<long[]> span(int text, int from, int to) {
    int first = -1;
    int last = -1;
    int end = 0;
    for (int i = 0; i < ids.length; i++) {
      if (texts[i] != text) {
        continue;
      }
      end = Math.max(end, ends[i]);
      if (starts[i] < to && ends[i] > from) {
        first = first < 0 ? i : first;
        last = i;
      }
    }
    return first < 0 || end < to ? Optional.empty() : Optional.of(new long[] {first, last});
  }
}
