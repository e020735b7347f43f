package dev.tailgate.result;

import java.util.Optional;

/**
 * Where the outliers of one activation {@code [..., C]} are.
 *
 * <p>The fourth moment of a set of elements is {@code sum (x - m)^4} with {@code m} the mean of the
 * whole tensor over all samples looked at, as in pooled kurtosis; a share is that sum over the set
 * divided by the sum over everything. All shares are fractions of 1; all sums are in doubles. What
 * is not finite is left out.
 *
 * @param tensor value name in the user's file
 * @param role what the tensor is in its block, for example {@code ffn_out}
 * @param layer transformer layer, or -1 for none
 * @param elements finite elements looked at
 * @param kurtosis pooled, {@code m4 / m2^2} over all elements together; 3 for a Gaussian, NaN for a
 *     constant
 * @param channels size of the last axis
 * @param channel the channel with the largest share of the fourth moment
 * @param channelShare its share
 * @param topChannels a hundredth of the channels, rounded up
 * @param topChannelsShare share of that many channels, those with the largest shares
 * @param token the token position or token id whose share exceeds its share of the tokens most;
 *     empty where no axis is known to be the tokens
 * @param topTokensShare share of a hundredth of the slices (single tokens of single samples),
 *     rounded up, those with the largest shares
 * @param min smallest element
 * @param max largest element
 * @param range how a grid of the scheme, or an 8-bit one of the whole range, fits the values
 * @param peakSamples samples in which max |x| reaches half of the maximum over all
 * @param samples samples looked at; 0 where the first axis is not the batch
 * @param gain the norm's gain at {@code channel}, where the tensor is the output of a norm
 * @param detail values, channels and places for a closer look
 */
public record TapEvidence(
    String tensor,
    String role,
    int layer,
    long elements,
    double kurtosis,
    int channels,
    int channel,
    double channelShare,
    int topChannels,
    double topChannelsShare,
    Optional<TokenShare> token,
    double topTokensShare,
    double min,
    double max,
    RangeUse range,
    long peakSamples,
    long samples,
    Optional<GainEvidence> gain,
    Optional<TapDetail> detail) {
  /** Checks names and indices. */
  public TapEvidence {
    Require.text("tap_evidence.role", role);
    Require.indexOrNone("tap_evidence.layer", layer);
    Require.notNegative("tap_evidence.elements", elements);
    Require.notNegative("tap_evidence.channel", channel);
    Require.notNegative("tap_evidence.peak_samples", peakSamples);
    Require.notNegative("tap_evidence.samples", samples);
  }

  /**
   * The gain of a norm at one channel.
   *
   * @param value the gain
   * @param ratio its magnitude over the median magnitude of all channels' gains
   */
  public record GainEvidence(double value, double ratio) {}
}
