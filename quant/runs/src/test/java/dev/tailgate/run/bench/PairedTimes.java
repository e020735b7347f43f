package dev.tailgate.run.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Times of variants, each run taking turns with one of the baseline; who goes first changes from
 * round to round. A ratio is the median over the rounds of the ratios of the two neighbours, so
 * that a machine that drifts does not enter it. A baseline compared with itself shows what is left
 * of the noise.
 *
 * @param seconds by variant and round
 * @param baseline of the run beside each of them
 */
record PairedTimes(double[][] seconds, double[][] baseline) {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  /**
   * Runs all of them once and then {@code rounds} times; an even number lets both go first alike.
   *
   * @param threads of the runtime; with 1 the calling thread does all the work, and what is taken
   *     is its processor time, which other work on the machine hardly changes; with more it is the
   *     time on the clock
   */
  static PairedTimes of(Runnable baseline, List<Runnable> variants, int rounds, int threads) {
    double[][] seconds = new double[variants.size()][rounds];
    double[][] beside = new double[variants.size()][rounds];
    variants.forEach(Runnable::run);
    for (int round = 0; round < rounds; round++) {
      for (int variant = 0; variant < variants.size(); variant++) {
        if (round % 2 == 0) {
          beside[variant][round] = time(baseline, threads);
          seconds[variant][round] = time(variants.get(variant), threads);
        } else {
          seconds[variant][round] = time(variants.get(variant), threads);
          beside[variant][round] = time(baseline, threads);
        }
      }
    }
    return new PairedTimes(seconds, beside);
  }

  private static double time(Runnable run, int threads) {
    long start = now(threads);
    run.run();
    return (now(threads) - start) / 1e9;
  }

  private static long now(int threads) {
    return threads == 1 ? THREADS.getCurrentThreadCpuTime() : System.nanoTime();
  }

  /** The ratio of a variant, in words that a table can be made of. */
  String of(int variant) {
    double[] ratios = new double[seconds[variant].length];
    for (int round = 0; round < ratios.length; round++) {
      ratios[round] = seconds[variant][round] / baseline[variant][round];
    }
    return String.format(
        Locale.ROOT,
        "%7.1f ms, ratio %5.3f (quartiles %5.3f to %5.3f), least %7.1f ms, ratio of least %5.3f",
        1e3 * quantile(seconds[variant], 0.5),
        quantile(ratios, 0.5),
        quantile(ratios, 0.25),
        quantile(ratios, 0.75),
        1e3 * quantile(seconds[variant], 0),
        quantile(seconds[variant], 0) / quantile(baseline[variant], 0));
  }

  /** Between the two nearest values, in proportion. */
  static double quantile(double[] values, double quantile) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    double place = quantile * (sorted.length - 1);
    int below = (int) place;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
  }
}
