package dev.tailgate.stats.metric;

/** What whoever computes or compares a metric has to know of it. */
public interface MetricSpec {
  /** The stable name in JSON and gate rules, in lower snake case. */
  String id();

  /** The unit, {@code 1} for a dimensionless number. */
  String unit();

  /** Which way is better. */
  Direction direction();
}
