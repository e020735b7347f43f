package dev.tailgate.stats;

import java.util.Arrays;

/**
 * Smallest and largest value of each channel (last axis), float32, in the unit of the activation.
 *
 * <p>Exact, hence bit-equal under any batching.
 *
 * <p>Edges: the number of channels is fixed by the factory or by the first input; another length is
 * refused. NaN or infinite entries are skipped and counted in {@link #skipped()}. A channel that
 * has seen no finite entry reads as NaN in the copies and as {@link Range#EMPTY}.
 */
public final class ChannelExtremes implements Accumulator<ChannelExtremes> {

  private float[] mins;
  private float[] maxs;
  private long skipped;

  private ChannelExtremes(int channels) {
    mins = new float[channels];
    maxs = new float[channels];
    Arrays.fill(mins, Float.POSITIVE_INFINITY);
    Arrays.fill(maxs, Float.NEGATIVE_INFINITY);
  }

  /** Returns extremes of nothing; the first input sets the number of channels. */
  public static ChannelExtremes create() {
    return new ChannelExtremes(0);
  }

  /** Returns extremes of nothing for a known number of channels, at least 1. */
  public static ChannelExtremes create(int channels) {
    if (channels < 1) {
      throw new IllegalArgumentException(
          "Creating channel extremes: expected at least 1 channel, found " + channels);
    }
    return new ChannelExtremes(channels);
  }

  /** Widens each channel by the extremes of a batch or slice; the arrays are not kept. */
  public void accept(float[] batchMins, float[] batchMaxs) {
    if (batchMins.length != batchMaxs.length) {
      throw new IllegalArgumentException(
          "Adding channel extremes: expected as many maxima as minima ("
              + batchMins.length
              + "), found "
              + batchMaxs.length);
    }
    adoptOrRequire(batchMins.length);
    for (int c = 0; c < batchMins.length; c++) {
      if (Float.isFinite(batchMins[c])) {
        mins[c] = Math.min(mins[c], batchMins[c]);
      } else {
        skipped++;
      }
      if (Float.isFinite(batchMaxs[c])) {
        maxs[c] = Math.max(maxs[c], batchMaxs[c]);
      } else {
        skipped++;
      }
    }
  }

  @Override
  public void combine(ChannelExtremes other) {
    skipped += other.skipped;
    if (other.channels() == 0) {
      return;
    }
    adoptOrRequire(other.channels());
    for (int c = 0; c < mins.length; c++) {
      mins[c] = Math.min(mins[c], other.mins[c]);
      maxs[c] = Math.max(maxs[c], other.maxs[c]);
    }
  }

  private void adoptOrRequire(int channels) {
    if (mins.length == 0) {
      ChannelExtremes sized = new ChannelExtremes(channels);
      mins = sized.mins;
      maxs = sized.maxs;
    } else if (mins.length != channels) {
      throw new IllegalArgumentException(
          "Adding channel extremes: expected " + mins.length + " channels, found " + channels);
    }
  }

  /** The number of channels; 0 while it is not known. */
  public int channels() {
    return mins.length;
  }

  /** The number of entries skipped because they were NaN or infinite. */
  public long skipped() {
    return skipped;
  }

  /** A copy of the minima; NaN for channels without a finite entry. */
  public float[] mins() {
    return finiteOrNan(mins);
  }

  /** A copy of the maxima; NaN for channels without a finite entry. */
  public float[] maxs() {
    return finiteOrNan(maxs);
  }

  private static float[] finiteOrNan(float[] extremes) {
    float[] copy = extremes.clone();
    for (int c = 0; c < copy.length; c++) {
      if (!Float.isFinite(copy[c])) {
        copy[c] = Float.NaN;
      }
    }
    return copy;
  }

  /** The range of one channel. */
  public Range range(int channel) {
    return mins[channel] <= maxs[channel] ? new Range(mins[channel], maxs[channel]) : Range.EMPTY;
  }

  /** The range of all channels together. */
  public Range range() {
    Range all = Range.EMPTY;
    for (int c = 0; c < mins.length; c++) {
      all = all.union(range(c));
    }
    return all;
  }
}
