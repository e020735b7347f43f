package dev.tailgate.result.glossary;

import dev.tailgate.result.metric.GateMetric;
import dev.tailgate.result.metric.Metric;
import java.util.List;
import java.util.Optional;

/**
 * A metric as it is explained to people.
 *
 * @param id its name in JSON
 * @param name as tables and reports call it
 * @param unit its unit, {@code 1} for a number without one
 * @param direction which way is better, such as {@code lower_is_better}
 * @param formula how it is computed, plain text
 * @param reading what a value says; empty where the formula says it
 * @param source where the definition comes from
 * @param gateMetrics ids of the gate metrics that bound it, in the order of {@link
 *     dev.tailgate.result.metric.Metrics#gates()}
 */
public record Term(
    String id,
    String name,
    String unit,
    String direction,
    String formula,
    Optional<String> reading,
    String source,
    List<String> gateMetrics) {
  /** Copies the list. */
  public Term {
    gateMetrics = List.copyOf(gateMetrics);
  }

  static Term of(Metric metric) {
    return new Term(
        metric.id(),
        metric.name(),
        metric.unit(),
        metric.direction().label(),
        metric.formula(),
        metric.reading(),
        metric.source(),
        metric.gates().stream().map(GateMetric::id).toList());
  }

  /** The unit and the better direction in words. */
  public String inWords() {
    String better = direction.replace('_', ' ');
    return switch (unit) {
      case "1" -> better;
      case "fraction" -> "a fraction, " + better;
      case "values" -> "a count, " + better;
      case "activation" -> "in the unit of the activation, " + better;
      default -> "in " + unit + ", " + better;
    };
  }
}
