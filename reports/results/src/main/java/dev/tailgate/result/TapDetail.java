package dev.tailgate.result;

import java.util.List;

/**
 * A closer look at one activation, over the samples of the evidence.
 *
 * @param histogram its finite values, signed
 * @param channels the channels with the largest magnitudes, largest first
 * @param extremes the largest magnitudes, at most one of each sample, largest first
 */
public record TapDetail(
    ValueHistogram histogram, List<ChannelPeak> channels, List<Extreme> extremes) {
  /** Copies the lists. */
  public TapDetail {
    channels = List.copyOf(channels);
    extremes = List.copyOf(extremes);
  }

  /**
   * One large value.
   *
   * @param value with its sign
   * @param at where it occurs
   * @param tokenId the token there, or -1 where the model reads no token ids
   */
  public record Extreme(double value, ElementPlace at, long tokenId) {
    /** Checks the id. */
    public Extreme {
      Require.indexOrNone("extreme.token_id", tokenId);
    }
  }
}
