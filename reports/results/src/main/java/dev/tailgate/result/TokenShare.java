package dev.tailgate.result;

/**
 * What tokens of one kind hold of something.
 *
 * @param kind what they have in common
 * @param index the position from 0, or the token id
 * @param share the fraction they hold of it
 * @param tokens the fraction they are of the tokens; what {@code share} would be if all held as
 *     much
 */
public record TokenShare(Kind kind, long index, double share, double tokens) {
  /** What tokens can have in common. */
  public enum Kind {
    /** The position in the sequence. */
    POSITION,
    /** The id in the model's input of token ids. */
    TOKEN_ID
  }

  /** Checks the index. */
  public TokenShare {
    Require.notNegative("token_share.index", index);
  }

  /** How much more they hold than as many others would. */
  public double excess() {
    return share - tokens;
  }
}
