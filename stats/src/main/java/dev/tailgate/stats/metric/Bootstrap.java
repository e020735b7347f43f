package dev.tailgate.stats.metric;

import dev.tailgate.stats.LinearInterpolation;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;

/**
 * Percentile bootstrap: the spread of a statistic over resampled data sets, as a 95 % interval.
 *
 * <p>Draws {@value #RESAMPLES} times as many samples as there are, with replacement, computes the
 * statistic of each draw, and takes its 2.5 % and 97.5 % quantiles with linear interpolation. In
 * the unit of the statistic. The generator is WELL19937c with the caller's seed: the interval
 * repeats bit for bit on any JDK.
 *
 * <p>The samples must be independent, so resample sequences or images, never their tokens or
 * pixels. With fewer than some twenty samples the interval is too narrow to lean on.
 *
 * <p>Edges: no samples, or a statistic that is not finite for some draw, give {@link
 * Interval#UNKNOWN}; a single sample gives an interval of no width.
 *
 * <p>Source: B. Efron (1979), <a
 * href="https://doi.org/10.1214/aos/1176344552">10.1214/aos/1176344552</a>.
 */
public final class Bootstrap {

  /** The number of data sets drawn. */
  public static final int RESAMPLES = 1000;

  private static final double TAIL = 0.025;

  private Bootstrap() {}

  /** The interval of the mean of one value per sample. */
  public static Interval ofMean(double[] perSample, long seed) {
    return interval(
        perSample.length,
        drawn -> {
          double sum = 0;
          for (int sample : drawn) {
            sum += perSample[sample];
          }
          return sum / drawn.length;
        },
        seed);
  }

  /**
   * The interval of any statistic. It is given the indices of the samples drawn, in an array that
   * is used again for the next draw; so it can look up several numbers per sample, such as losses
   * and token counts, or the values of two models to be compared on the same draw.
   */
  public static Interval interval(int samples, ToDoubleFunction<int[]> statistic, long seed) {
    return intervals(samples, List.of(statistic), seed).get(0);
  }

  /** The intervals of several statistics, each draw given to all of them in their order. */
  public static List<Interval> intervals(
      int samples, List<ToDoubleFunction<int[]>> statistics, long seed) {
    if (samples < 1) {
      return statistics.stream().map(s -> Interval.UNKNOWN).toList();
    }
    RandomGenerator random = new Well19937c(seed);
    double[][] results = new double[statistics.size()][RESAMPLES];
    int[] drawn = new int[samples];
    for (int r = 0; r < RESAMPLES; r++) {
      for (int i = 0; i < samples; i++) {
        drawn[i] = random.nextInt(samples);
      }
      for (int s = 0; s < results.length; s++) {
        results[s][r] = statistics.get(s).applyAsDouble(drawn);
      }
    }
    return Arrays.stream(results).map(Bootstrap::middle).toList();
  }

  private static Interval middle(double[] results) {
    if (!Arrays.stream(results).allMatch(Double::isFinite)) {
      return Interval.UNKNOWN;
    }
    Arrays.sort(results);
    return new Interval(
        LinearInterpolation.quantile(results, TAIL),
        LinearInterpolation.quantile(results, 1 - TAIL));
  }
}
