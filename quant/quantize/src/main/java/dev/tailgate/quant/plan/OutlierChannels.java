package dev.tailgate.quant.plan;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The channels that hold an activation's range up.
 *
 * @param channels the largest ones, as few as will do, largest first
 * @param whole {@code max|x|} of all channels
 * @param rest {@code max|x|} of the others
 */
@SuppressWarnings("ArrayRecordComponent") // made where it is read
public record OutlierChannels(int[] channels, double whole, double rest) {
  /**
   * Chooses among the largest channels.
   *
   * @param maxima {@code max|x_j|}, at least two
   * @param share of the channels to take at most, one in any case
   * @param nearly how far above the smallest range the chosen one may lie, as a factor
   */
  public static OutlierChannels of(double[] maxima, double share, double nearly) {
    int[] order =
        IntStream.range(0, maxima.length)
            .boxed()
            .sorted((a, b) -> Double.compare(maxima[b], maxima[a]))
            .mapToInt(Integer::intValue)
            .toArray();
    int most = Math.min(maxima.length - 1, Math.max(1, (int) (share * maxima.length)));
    int taken = 1;
    while (maxima[order[taken]] > nearly * maxima[order[most]]) {
      taken++;
    }
    return new OutlierChannels(Arrays.copyOf(order, taken), maxima[order[0]], maxima[order[taken]]);
  }
}
