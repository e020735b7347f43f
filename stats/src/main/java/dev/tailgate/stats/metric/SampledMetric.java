package dev.tailgate.stats.metric;

import java.util.stream.IntStream;

/**
 * A metric that can be computed over any draw of the samples it has seen. That is what a bootstrap
 * interval needs, and the interval of the difference of two models on the same draw.
 *
 * <p>Kept is what each sample contributes, some numbers, not its outputs.
 */
public interface SampledMetric {
  /** What the number is. */
  MetricSpec spec();

  /** How many samples have been seen. */
  int samples();

  /**
   * The metric over the samples {@code drawn}, indices in [0, samples), repetitions included; NaN
   * where it is not defined. The array is not kept.
   */
  double value(int[] drawn);

  /** The metric over all samples, each once; NaN without samples. */
  default double value() {
    return samples() == 0 ? Double.NaN : value(IntStream.range(0, samples()).toArray());
  }
}
