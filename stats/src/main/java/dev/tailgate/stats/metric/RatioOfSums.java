package dev.tailgate.stats.metric;

import java.util.Arrays;
import java.util.List;
import org.apache.commons.math3.util.ResizableDoubleArray;

/**
 * {@code f(sum y / sum x)} over samples: loss per token, hits per prediction, squared error per
 * element. A sample with {@code x = 0} has nothing to say and only counts in its place. NaN and
 * infinite contributions stay in the sums and show in the result. No x at all gives NaN.
 */
public final class RatioOfSums implements SampledMetric {
  private final MetricSpec spec;
  private final boolean isExponential;
  private final ResizableDoubleArray numerators = new ResizableDoubleArray();
  private final ResizableDoubleArray denominators = new ResizableDoubleArray();

  private RatioOfSums(MetricSpec spec, boolean isExponential) {
    this.spec = spec;
    this.isExponential = isExponential;
  }

  /** A mean, without samples yet. */
  public static RatioOfSums mean(MetricSpec spec) {
    return new RatioOfSums(spec, false);
  }

  /** The exponential of a mean, without samples yet. */
  public static RatioOfSums exponential(MetricSpec spec) {
    return new RatioOfSums(spec, true);
  }

  /** Adds a sample behind the last: {@code y} in all, over {@code x >= 0} parts. */
  public void add(double y, double x) {
    set(samples(), y, x);
  }

  /**
   * States what sample {@code sample} contributes, from 0, in any order; those before it that are
   * not stated have nothing to say.
   */
  public void set(int sample, double y, double x) {
    if (!(x >= 0)) {
      throw new IllegalArgumentException(
          "Adding a sample to " + spec.id() + ": expected x >= 0, found " + x);
    }
    numerators.setElement(sample, x == 0 ? 0 : y);
    denominators.setElement(sample, x);
  }

  @Override
  public MetricSpec spec() {
    return spec;
  }

  @Override
  public int samples() {
    return numerators.getNumElements();
  }

  @Override
  public double value(int[] drawn) {
    double y = 0;
    double x = 0;
    for (int sample : drawn) {
      y += numerators.getElement(sample);
      x += denominators.getElement(sample);
    }
    double ratio = x == 0 ? Double.NaN : y / x;
    return isExponential ? Math.exp(ratio) : ratio;
  }

  /** Whether {@code f} is the exponential rather than the identity. */
  public boolean isExponential() {
    return isExponential;
  }

  /** The y of each sample, a copy. */
  public List<Double> numerators() {
    return Arrays.stream(numerators.getElements()).boxed().toList();
  }

  /** The x of each sample, a copy. */
  public List<Double> denominators() {
    return Arrays.stream(denominators.getElements()).boxed().toList();
  }
}
