package dev.tailgate.quant.score;

import dev.tailgate.stats.metric.Direction;
import dev.tailgate.stats.metric.Interval;
import dev.tailgate.stats.metric.MetricSpec;

/**
 * One number about a model, ready for a report.
 *
 * @param id the metric's id, see {@link dev.tailgate.result.metric.Metrics}; for an output other
 *     than the predictions followed by {@code :} and the name of the output
 * @param unit the unit, "1" for a dimensionless number
 * @param direction which way the metric improves
 * @param value NaN where there was nothing to measure
 * @param low lower end of the 95 % confidence interval, NaN where none is known
 * @param high upper end of the interval, NaN where none is known
 */
public record MetricScore(
    String id, String unit, Direction direction, double value, double low, double high) {
  static MetricScore of(MetricSpec spec, double value, Interval interval) {
    return named(spec.id(), spec, value, interval);
  }

  static MetricScore named(String id, MetricSpec spec, double value, Interval interval) {
    return new MetricScore(
        id, spec.unit(), spec.direction(), value, interval.low(), interval.high());
  }
}
