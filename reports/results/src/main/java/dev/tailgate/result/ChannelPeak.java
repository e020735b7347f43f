package dev.tailgate.result;

/**
 * The largest magnitude seen in one channel.
 *
 * @param channel index along the last axis
 * @param maxAbs max |x| over samples and tokens
 */
public record ChannelPeak(int channel, double maxAbs) {
  /** Refuses what cannot be. */
  public ChannelPeak {
    Require.notNegative("channel_peak.channel", channel);
  }
}
