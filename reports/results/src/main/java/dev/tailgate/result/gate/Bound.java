package dev.tailgate.result.gate;

import java.util.Optional;

/** Where a metric has to stay. At least one side of a bound is given; a value on it passes. */
public sealed interface Bound {
  /** The smallest value that passes; empty where there is none. */
  Optional<Double> min();

  /** The largest one, likewise. */
  Optional<Double> max();

  /** Fixed limits in the metric's unit. */
  record Absolute(Optional<Double> min, Optional<Double> max) implements Bound {
    /** Refuses a bound of nothing. */
    public Absolute {
      require(min, max);
    }
  }

  /**
   * Limits relative to the baseline's value {@code b}: from {@code b - maxDecrease |b|} to {@code b
   * + maxIncrease |b|}.
   *
   * @param maxIncrease as a fraction, 0.25 for 25 %
   * @param maxDecrease likewise
   */
  record Relative(Optional<Double> maxIncrease, Optional<Double> maxDecrease) implements Bound {
    /** Refuses a bound of nothing. */
    public Relative {
      require(maxDecrease, maxIncrease);
    }

    @Override
    public Optional<Double> min() {
      return maxDecrease;
    }

    @Override
    public Optional<Double> max() {
      return maxIncrease;
    }

    /** The limits for a baseline's value. */
    Absolute at(double baseline) {
      double size = Math.abs(baseline);
      return new Absolute(
          maxDecrease.map(d -> baseline - d * size), maxIncrease.map(i -> baseline + i * size));
    }
  }

  /**
   * Limits at a distance from the baseline's value, in the metric's unit: for what can be zero.
   *
   * @param maxRise how far above it
   * @param maxFall how far below it
   */
  record Distance(Optional<Double> maxRise, Optional<Double> maxFall) implements Bound {
    /** Refuses a bound of nothing. */
    public Distance {
      require(maxFall, maxRise);
    }

    @Override
    public Optional<Double> min() {
      return maxFall;
    }

    @Override
    public Optional<Double> max() {
      return maxRise;
    }

    /** The limits for a baseline's value. */
    Absolute at(double baseline) {
      return new Absolute(maxFall.map(f -> baseline - f), maxRise.map(r -> baseline + r));
    }
  }

  private static void require(Optional<Double> one, Optional<Double> other) {
    if (one.isEmpty() && other.isEmpty()) {
      throw new IllegalArgumentException("a bound needs a limit on at least one side");
    }
    for (Optional<Double> limit : java.util.List.of(one, other)) {
      if (limit.filter(x -> Double.isNaN(x)).isPresent()) {
        throw new IllegalArgumentException("a bound has a limit that is not a number");
      }
    }
  }
}
