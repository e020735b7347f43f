package dev.tailgate.heal.remedy.scale;

import dev.tailgate.stats.ChannelExtremes;
import dev.tailgate.stats.Range;

/**
 * What calibration showed of an activation.
 *
 * @param extremes of each channel, over all calibration batches
 * @param rows some rows of the activation, {@code [n, width]}
 */
record ChannelSample(ChannelExtremes extremes, float[] rows) {
  /** {@code max|X_j|}; 0 for a channel without a finite value. */
  double[] maxima() {
    double[] maxima = new double[extremes.channels()];
    for (int j = 0; j < maxima.length; j++) {
      Range range = extremes.range(j);
      maxima[j] = range.isEmpty() ? 0 : range.absMax();
    }
    return maxima;
  }

  /** The range of the whole activation once its channels are divided by {@code s}. */
  Range divided(double[] s) {
    Range whole = Range.EMPTY;
    for (int j = 0; j < s.length; j++) {
      Range range = extremes.range(j);
      if (!range.isEmpty()) {
        whole = whole.union(new Range(range.min() / s[j], range.max() / s[j]));
      }
    }
    return whole;
  }
}
