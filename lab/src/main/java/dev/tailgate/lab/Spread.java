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

  /** Mean and standard deviation. */
  String words() {
    return Words.number(mean) + " +- " + Words.number(deviation);
  }
}
