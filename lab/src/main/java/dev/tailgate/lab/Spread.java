package dev.tailgate.lab;

import java.util.List;

/**
 * Repeated measurements.
 *
 * @param mean their mean
 * @param deviation their standard deviation, with n - 1
 * @param count how many
 */
record Spread(double mean, double deviation, int count) {
  static Spread of(List<Double> values) {
    double mean = values.stream().mapToDouble(v -> v).average().orElse(Double.NaN);
    double squares = values.stream().mapToDouble(v -> (v - mean) * (v - mean)).sum();
    return new Spread(
        mean, values.size() < 2 ? 0 : Math.sqrt(squares / (values.size() - 1)), values.size());
  }

  /** Differences of pairs, one minus other. */
  static Spread ofDifferences(List<Double> one, List<Double> other) {
    return of(
        java.util.stream.IntStream.range(0, one.size())
            .mapToObj(i -> one.get(i) - other.get(i))
            .toList());
  }

  /** Twice the standard error of the mean. */
  double twice() {
    return 2 * deviation / Math.sqrt(Math.max(1, count));
  }

  /** Mean and standard deviation. */
  String words() {
    return Words.number(mean) + " +- " + Words.number(deviation);
  }
}
