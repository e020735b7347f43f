package dev.tailgate.run.evidence;

import dev.tailgate.result.ChannelPeak;
import dev.tailgate.result.ElementPlace;
import dev.tailgate.result.TapDetail;
import dev.tailgate.result.ValueHistogram;
import dev.tailgate.stats.DyadicHistogram;
import dev.tailgate.stats.Range;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Collects what a closer look at one activation shows: its values, its channels, its extremes. What
 * is not finite is passed over.
 */
final class DetailMeter {
  private static final int BINS = 64;
  private static final int CHANNELS = 8;
  private static final int EXTREMES = 8;

  private final DyadicHistogram histogram = DyadicHistogram.create();
  private final Map<Long, TapDetail.Extreme> bySample = new HashMap<>();
  private double[] peaks = {};

  /**
   * Takes one slice.
   *
   * @param from its first element
   * @param width its elements, one a channel
   * @param sample the sample it belongs to, or -1
   * @param token its position, or -1
   * @param id its token id, or -1
   */
  void accept(float[] values, int from, int width, long sample, int token, long id) {
    if (peaks.length < width) {
      peaks = Arrays.copyOf(peaks, width);
    }
    float low = Float.POSITIVE_INFINITY;
    float high = Float.NEGATIVE_INFINITY;
    int most = -1;
    for (int c = 0; c < width; c++) {
      float x = values[from + c];
      if (Float.isFinite(x)) {
        low = Math.min(low, x);
        high = Math.max(high, x);
        float size = Math.abs(x);
        peaks[c] = Math.max(peaks[c], size);
        most = most < 0 || size > Math.abs(values[from + most]) ? c : most;
      }
    }
    if (most < 0) {
      return;
    }
    histogram.acceptWithin(values, from, from + width, new Range(low, high), Float.NaN);
    TapDetail.Extreme extreme =
        new TapDetail.Extreme(values[from + most], new ElementPlace(sample, token, most), id);
    bySample.merge(sample, extreme, (a, b) -> size(b) > size(a) ? b : a);
  }

  private static double size(TapDetail.Extreme extreme) {
    return Math.abs(extreme.value());
  }

  /** Samples seen, those without a finite element left out; 0 where no slice knows its sample. */
  long samples() {
    return bySample.keySet().stream().filter(sample -> sample >= 0).count();
  }

  /** Samples whose largest magnitude reaches half of the largest of all. */
  long peakSamples() {
    double half = bySample.values().stream().mapToDouble(DetailMeter::size).max().orElse(0) / 2;
    return bySample.entrySet().stream()
        .filter(entry -> entry.getKey() >= 0 && size(entry.getValue()) >= half)
        .count();
  }

  /** What was found; at least one finite element must have been seen. */
  TapDetail result() {
    List<TapDetail.Extreme> extremes =
        bySample.values().stream()
            .sorted(
                Comparator.comparingDouble(DetailMeter::size)
                    .reversed()
                    .thenComparingLong(extreme -> extreme.at().sample()))
            .limit(EXTREMES)
            .toList();
    return new TapDetail(histogram(), ChannelPeak.largest(peaks, CHANNELS), extremes);
  }

  /** Neighbours are merged until few enough are left, which rounds nothing. */
  private ValueHistogram histogram() {
    long[] counts = histogram.counts();
    int first = 0;
    while (counts[first] == 0) {
      first++;
    }
    int last = counts.length - 1;
    while (counts[last] == 0) {
      last--;
    }
    int shift = 0;
    while ((bin(last) >> shift) - (bin(first) >> shift) >= BINS) {
      shift++;
    }
    int lowest = bin(first) >> shift;
    long[] merged = new long[(bin(last) >> shift) - lowest + 1];
    for (int i = first; i <= last; i++) {
      merged[(bin(i) >> shift) - lowest] += counts[i];
    }
    double width = Math.scalb(histogram.width(), shift);
    List<Double> edges = new ArrayList<>();
    for (int i = 0; i <= merged.length; i++) {
      edges.add((lowest + i) * width);
    }
    return new ValueHistogram(edges, Arrays.stream(merged).boxed().toList());
  }

  private static int bin(int index) {
    return index - DyadicHistogram.HALF;
  }
}
