package dev.tailgate.quant.calibrate;

import dev.tailgate.quant.scheme.TensorScheme;
import dev.tailgate.stats.DyadicHistogram;
import dev.tailgate.stats.Range;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The clipped range whose grid keeps most of the distribution of the activations, as TensorRT and
 * the entropy calibration of ONNX Runtime choose it.
 *
 * <pre>
 *   candidates   [max(min, -T), min(max, T)],  T = max|x| j / 512,  j = 1 .. 512
 *   P            counts of the bins inside, those outside added to the first and last one
 *   Q            counts of the bins inside, added up over each cell of the candidate's grid and
 *                spread evenly over the bins of the cell where P is not 0
 *   choose       least KL(P || Q) = sum p log(p / q), both normalised
 * </pre>
 *
 * Thresholds are symmetric about zero and then cut to the values that occur, which is what ONNX
 * Runtime does for asymmetric ranges too. Different from it: the grid is that of the scheme instead
 * of a fixed 128 cells; bins are fine enough, 32 and more for each step of an 8-bit grid over the
 * whole range, where its default of 128 bins lets cells and bins coincide; and a candidate where
 * {@code p > 0 = q} has infinite divergence instead of being smoothed. Candidates with fewer bins
 * than cells are left out: there {@code Q = P} would be no merit. Of equal divergences the widest
 * range wins. The result depends on the histogram only, hence not on batching.
 */
final class EntropySearch {
  static final int CANDIDATES = 512;

  private final long[] counts;
  private final double width;
  // Sums over the bins before i, so that a cell costs the same however many bins it has.
  private final double[] sums;
  private final double[] filled;
  private final double[] logs;

  private EntropySearch(DyadicHistogram histogram) {
    this.counts = histogram.counts();
    this.width = histogram.width();
    this.sums = new double[counts.length + 1];
    this.filled = new double[counts.length + 1];
    this.logs = new double[counts.length + 1];
    for (int i = 0; i < counts.length; i++) {
      sums[i + 1] = sums[i] + counts[i];
      filled[i + 1] = filled[i] + (counts[i] > 0 ? 1 : 0);
      logs[i + 1] = logs[i] + timesLog((double) counts[i]);
    }
  }

  private static double timesLog(double x) {
    return x > 0 ? x * Math.log(x) : 0;
  }

  /** The best range; empty for an empty histogram. */
  static Range range(DyadicHistogram histogram, TensorScheme scheme) {
    Range all = histogram.range();
    if (all.isEmpty()) {
      return all;
    }
    EntropySearch search = new EntropySearch(histogram);
    Stream<Range> candidates =
        IntStream.iterate(CANDIDATES, j -> j >= 1, j -> j - 1)
            .mapToDouble(j -> all.absMax() * j / CANDIDATES)
            .takeWhile(threshold -> threshold >= all.min() && -threshold <= all.max())
            .mapToObj(threshold -> cut(all, threshold));
    return GridLevels.cheapest(scheme, candidates, search::divergence, all);
  }

  /** The part of {@code all} between minus and plus {@code threshold}. */
  private static Range cut(Range all, double threshold) {
    double low = Math.max(all.min(), -threshold);
    double high = Math.min(all.max(), threshold);
    return new Range(low, high);
  }

  private double divergence(Range candidate, GridLevels levels) {
    int from = bin(candidate.min());
    int to = bin(candidate.max()) + 1;
    double inside = sums[to] - sums[from];
    if (to - from < levels.count() || inside == 0) {
      return Double.POSITIVE_INFINITY;
    }
    double before = sums[from];
    double after = sums[counts.length] - sums[to];
    double all = sums[counts.length];
    // sum p log p with the two changed bins exchanged, in counts; normalised at the end.
    double first = counts[from];
    double last = counts[to - 1];
    double own =
        logs[to]
            - logs[from]
            - timesLog(first)
            + timesLog(first + before)
            - timesLog(last)
            + timesLog(last + after);
    double cross = 0;
    int at = from;
    for (int level = 0; level < levels.count() && at < to; level++) {
      int end = Math.max(at, Math.min(to, bin(levels.end(level) + width / 2)));
      end = level + 1 == levels.count() ? to : end;
      double count = sums[end] - sums[at];
      boolean isFirst = at == from && end > at;
      boolean isLast = end == to && end > at;
      double reference = count + (isFirst ? before : 0) + (isLast ? after : 0);
      if (reference > 0) {
        double bins = filled[end] - filled[at];
        bins += isFirst && first == 0 && before > 0 ? 1 : 0;
        bins += isLast && last == 0 && after > 0 && !(isFirst && end - at == 1) ? 1 : 0;
        cross += reference * Math.log(count / bins / inside);
      }
      at = end;
    }
    return (own / all - Math.log(all)) - cross / all;
  }

  /** The bin of {@code x}, cut to those there are. */
  private int bin(double x) {
    double index = Math.floor(x / width) + DyadicHistogram.HALF;
    return (int) Math.max(0, Math.min(counts.length - 1.0, index));
  }
}
