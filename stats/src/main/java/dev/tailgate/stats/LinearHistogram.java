package dev.tailgate.stats;

import java.util.ArrayList;
import java.util.List;

/**
 * Counts over equal-width bins, for drawing.
 *
 * <p>Counts are fractional, since a log bucket that straddles bin edges is shared in proportion;
 * {@code below + sum(counts) + above} is the number of values up to rounding.
 *
 * @param lo the lower edge of the first bin
 * @param hi the upper edge of the last bin
 * @param counts the expected number of values in each bin
 * @param below the number of values below {@code lo}
 * @param above the number of values above {@code hi}
 */
public record LinearHistogram(
    double lo, double hi, List<Double> counts, double below, double above) {

  /** Copies what could change. */
  public LinearHistogram {
    counts = List.copyOf(counts);
  }

  /** The width of a bin. */
  public double binWidth() {
    return (hi - lo) / counts.size();
  }

  /** Spreads buckets over equal-width bins, assuming values are uniform inside a bucket. */
  static LinearHistogram of(
      Iterable<TailHistogram.Bucket> buckets, int bins, double lo, double hi) {
    boolean valid = bins >= 1 && Double.isFinite(lo) && Double.isFinite(hi) && lo < hi;
    if (!valid) {
      throw new IllegalArgumentException(
          "Binning a histogram: expected bins >= 1 and finite lo < hi, found bins="
              + bins
              + " lo="
              + lo
              + " hi="
              + hi);
    }
    double[] counts = new double[bins];
    double width = (hi - lo) / bins;
    double below = 0;
    double above = 0;
    for (TailHistogram.Bucket bucket : buckets) {
      if (bucket.lo() == bucket.hi()) {
        if (bucket.lo() < lo) {
          below += bucket.count();
        } else if (bucket.lo() > hi) {
          above += bucket.count();
        } else {
          counts[binOf(bucket.lo(), lo, width, bins)] += bucket.count();
        }
        continue;
      }
      double density = bucket.count() / (bucket.hi() - bucket.lo());
      below += density * Math.max(0, Math.min(bucket.hi(), lo) - bucket.lo());
      above += density * Math.max(0, bucket.hi() - Math.max(bucket.lo(), hi));
      double from = Math.max(bucket.lo(), lo);
      double to = Math.min(bucket.hi(), hi);
      if (from >= to) {
        continue;
      }
      int last = binOf(to, lo, width, bins);
      for (int bin = binOf(from, lo, width, bins); bin <= last; bin++) {
        double left = Math.max(from, lo + bin * width);
        double right = bin == last ? to : Math.min(to, lo + (bin + 1) * width);
        counts[bin] += density * Math.max(0, right - left);
      }
    }
    List<Double> boxed = new ArrayList<>(bins);
    for (double count : counts) {
      boxed.add(count);
    }
    return new LinearHistogram(lo, hi, boxed, below, above);
  }

  private static int binOf(double x, double lo, double width, int bins) {
    return (int) Math.min(bins - 1, Math.max(0, (x - lo) / width));
  }
}
