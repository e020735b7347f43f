package dev.tailgate.stats.metric;

import java.util.regex.Pattern;

/**
 * What a metric is, in words that are printed for users.
 *
 * @param id the stable name in JSON and gate rules, in lower snake case
 * @param unit the unit, "1" for a dimensionless number
 * @param direction which way is better
 * @param formula the definition as plain text
 * @param source where the definition comes from
 */
public record MetricSpec(
    String id, String unit, Direction direction, String formula, String source) {

  private static final Pattern ID = Pattern.compile("[a-z][a-z0-9_]*");

  /** Refuses what cannot be. */
  public MetricSpec {
    if (!ID.matcher(id).matches()) {
      throw new IllegalArgumentException(
          "Naming a metric: expected lower snake case, found '" + id + "'");
    }
    if (unit.isBlank() || formula.isBlank() || source.isBlank()) {
      throw new IllegalArgumentException(
          "Describing metric " + id + ": expected a unit, a formula and a source, found a blank");
    }
  }
}
