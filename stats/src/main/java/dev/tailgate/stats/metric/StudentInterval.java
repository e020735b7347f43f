package dev.tailgate.stats.metric;

import java.util.Arrays;
import org.apache.commons.math3.distribution.TDistribution;

/**
 * Student's interval of the mean of a few independent numbers, at 95 %:
 *
 * <pre>
 * mean -+ t(0.975, n - 1) s / sqrt(n),  s^2 = sum (x - mean)^2 / (n - 1)
 * </pre>
 *
 * <p>Exact for numbers from one normal distribution. With three the factor t is 4.30, so the
 * interval is wide, as it should be. Of fewer than two numbers, or where one is not finite, it is
 * unknown.
 *
 * <p>Source: Student (1908), <a
 * href="https://doi.org/10.1093/biomet/6.1.1">10.1093/biomet/6.1.1</a>.
 */
public final class StudentInterval {
  private static final double UPPER = 0.975;

  private StudentInterval() {}

  /** The interval of the mean of {@code values}. */
  public static Interval of(double... values) {
    int n = values.length;
    if (n < 2 || !Arrays.stream(values).allMatch(Double::isFinite)) {
      return Interval.UNKNOWN;
    }
    double mean = Arrays.stream(values).average().orElseThrow();
    double squares = Arrays.stream(values).map(x -> (x - mean) * (x - mean)).sum();
    double half =
        new TDistribution(n - 1.0).inverseCumulativeProbability(UPPER)
            * Math.sqrt(squares / (n - 1.0) / n);
    return new Interval(mean - half, mean + half);
  }
}
