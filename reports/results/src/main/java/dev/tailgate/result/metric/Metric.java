package dev.tailgate.result.metric;

import dev.tailgate.result.Headline;
import dev.tailgate.stats.metric.Direction;
import dev.tailgate.stats.metric.MetricSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.regex.Pattern;

/**
 * What a metric is: all that is known about it stands in one declaration.
 *
 * @param id the stable name in JSON and gate rules, in lower snake case
 * @param unit the unit, {@code 1} for a dimensionless number
 * @param direction which way is better
 * @param formula the definition as plain text
 * @param source where the definition comes from
 * @param name as tables and reports call it; the id in words where nothing else is said
 * @param reading what a value says; empty where the formula says it
 * @param model its column in tables of models; empty for what is no number of a model
 * @param gates what of it a rule can bound
 */
public record Metric(
    String id,
    String unit,
    Direction direction,
    String formula,
    String source,
    String name,
    Optional<String> reading,
    Optional<ModelNumber> model,
    List<GateMetric> gates)
    implements MetricSpec {

  private static final Pattern ID = Pattern.compile("[a-z][a-z0-9_]*");

  /** Refuses what cannot be. */
  public Metric {
    if (!ID.matcher(id).matches()) {
      throw new IllegalArgumentException(
          "Naming a metric: expected lower snake case, found '" + id + "'");
    }
    if (unit.isBlank() || formula.isBlank() || source.isBlank()) {
      throw new IllegalArgumentException(
          "Describing metric " + id + ": expected a unit, a formula and a source, found a blank");
    }
    gates = List.copyOf(gates);
  }

  Metric(String id, String unit, Direction direction, String formula, String source) {
    this(
        id,
        unit,
        direction,
        formula,
        source,
        id.replace('_', ' '),
        Optional.empty(),
        Optional.empty(),
        List.of());
  }

  /** This metric under another name and with a reading. */
  Metric reads(String called, String says) {
    return new Metric(
        id, unit, direction, formula, source, called, Optional.of(says), model, gates);
  }

  /** Its column in tables of models; only for a number of a model. */
  public ModelNumber modelNumber() {
    return model.orElseThrow();
  }

  /** This metric as a number of a model, with a column in tables; a rule bounds it by its id. */
  Metric ofModel(String head, String description, ToDoubleFunction<Headline> number) {
    Metric bounded = boundedBy(GateMetric.headline(id, description, number));
    Optional<ModelNumber> shown = Optional.of(new ModelNumber(head, number));
    return new Metric(id, unit, direction, formula, source, name, reading, shown, bounded.gates);
  }

  /** This metric as one of the outputs' agreement; a rule bounds it by its id. */
  Metric ofOutputs(String description) {
    return boundedBy(GateMetric.agreement(id, description));
  }

  /** This metric with more that a rule can bound. */
  Metric boundedBy(GateMetric... more) {
    List<GateMetric> all = new ArrayList<>(gates);
    all.addAll(List.of(more));
    return new Metric(id, unit, direction, formula, source, name, reading, model, all);
  }
}
