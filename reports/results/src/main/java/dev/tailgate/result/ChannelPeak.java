package dev.tailgate.result;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

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

  /**
   * The channels with the largest magnitudes, largest first, of equal ones the first.
   *
   * @param magnitudes max |x| of each channel
   * @param most how many at most
   */
  public static List<ChannelPeak> largest(double[] magnitudes, int most) {
    return IntStream.range(0, magnitudes.length)
        .mapToObj(c -> new ChannelPeak(c, magnitudes[c]))
        .sorted(Comparator.comparingDouble(ChannelPeak::maxAbs).reversed())
        .limit(most)
        .toList();
  }
}
