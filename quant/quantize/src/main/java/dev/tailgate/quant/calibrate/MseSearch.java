package dev.tailgate.quant.calibrate;

import dev.tailgate.quant.scheme.TensorScheme;
import dev.tailgate.stats.DyadicHistogram;
import dev.tailgate.stats.Range;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The range whose grid loses least of the activations, in squared error.
 *
 * <pre>
 *   candidates   (min i / 100, max i / 100),  i = 1 .. 100
 *   error(i)     sum over bins b of  count_b / width_b * integral over b of (x - Q_i(x))^2 dx
 * </pre>
 *
 * {@code Q_i} rounds to the grid that the scheme makes of candidate {@code i} and clips beyond its
 * ends. Values are taken to be spread evenly inside a bin, and under that assumption the integral
 * is exact: a bin is cut where {@code Q_i} jumps. The first and last bin end at the smallest and
 * largest value. Of equal errors the widest range wins. The result depends on the histogram only,
 * hence not on batching.
 */
final class MseSearch {
  static final int CANDIDATES = 100;

  private final long[] counts;
  private final double width;
  private final Range range;

  private MseSearch(DyadicHistogram histogram) {
    this.counts = histogram.counts();
    this.width = histogram.width();
    this.range = histogram.range();
  }

  /** The best range; empty for an empty histogram. */
  static Range range(DyadicHistogram histogram, TensorScheme scheme) {
    Range all = histogram.range();
    if (all.isEmpty()) {
      return all;
    }
    MseSearch search = new MseSearch(histogram);
    Stream<Range> candidates =
        IntStream.iterate(CANDIDATES, i -> i >= 1, i -> i - 1)
            .mapToDouble(i -> (double) i / CANDIDATES)
            .mapToObj(share -> new Range(all.min() * share, all.max() * share));
    return GridLevels.cheapest(
        scheme, candidates, (candidate, levels) -> search.error(levels), all);
  }

  /** Summed squared error of rounding to {@code levels}. */
  private double error(GridLevels levels) {
    double error = 0;
    int level = 0;
    for (int i = 0; i < counts.length; i++) {
      if (counts[i] > 0) {
        double from = (i - DyadicHistogram.HALF) * width;
        double low = Math.max(from, range.min());
        double high = Math.min(from + width, range.max());
        while (levels.end(level) <= low) {
          level++;
        }
        error += counts[i] * meanError(levels, level, low, high);
      }
    }
    return error;
  }

  private static double meanError(GridLevels levels, int first, double low, double high) {
    if (low >= high) {
      double distance = low - levels.level(first);
      return distance * distance;
    }
    double integral = 0;
    double at = low;
    for (int level = first; at < high; level++) {
      double to = Math.min(high, levels.end(level));
      integral += cubeThird(to - levels.level(level)) - cubeThird(at - levels.level(level));
      at = to;
    }
    return integral / (high - low);
  }

  private static double cubeThird(double x) {
    return x * x * x / 3;
  }
}
