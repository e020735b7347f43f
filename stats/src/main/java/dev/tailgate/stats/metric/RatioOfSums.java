package dev.tailgate.stats.metric;

import java.util.function.DoubleUnaryOperator;
import org.apache.commons.math3.util.ResizableDoubleArray;

/**
 * {@code f(sum y / sum x)} over samples: loss per token, hits per prediction, squared error per
 * element. A sample with {@code x = 0} has nothing to say and only counts in its place. NaN and
 * infinite contributions stay in the sums and show in the result. No x at all gives NaN.
 */
public final class RatioOfSums implements SampledMetric {
  private final MetricSpec spec;
  private final DoubleUnaryOperator transform;
  private final ResizableDoubleArray numerators = new ResizableDoubleArray();
  private final ResizableDoubleArray denominators = new ResizableDoubleArray();

  private RatioOfSums(MetricSpec spec, DoubleUnaryOperator transform) {
    this.spec = spec;
    this.transform = transform;
  }

  /** A mean, without samples yet. */
  public static RatioOfSums mean(MetricSpec spec) {
    return new RatioOfSums(spec, DoubleUnaryOperator.identity());
  }

  /** The exponential of a mean, without samples yet. */
  public static RatioOfSums exponential(MetricSpec spec) {
    return new RatioOfSums(spec, Math::exp);
  }

  /** Adds a sample: {@code y} in all, over {@code x >= 0} parts. */
  public void add(double y, double x) {
    if (!(x >= 0)) {
      throw new IllegalArgumentException(
          "Adding a sample to " + spec.id() + ": expected x >= 0, found " + x);
    }
    numerators.addElement(x == 0 ? 0 : y);
    denominators.addElement(x);
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
    return x == 0 ? Double.NaN : transform.applyAsDouble(y / x);
  }
}
