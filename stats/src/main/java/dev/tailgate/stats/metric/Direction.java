package dev.tailgate.stats.metric;

/** Which way a metric improves. */
public enum Direction {
  /** A larger value is better. */
  HIGHER_IS_BETTER,
  /** A smaller value is better. */
  LOWER_IS_BETTER,
  /** Neither; the value describes. */
  NEUTRAL
}
