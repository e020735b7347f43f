package dev.tailgate.heal.precision;

import dev.tailgate.quant.placement.PointFilter;
import dev.tailgate.quant.placement.PrecisionRule;
import dev.tailgate.quant.placement.Selector;
import dev.tailgate.quant.plan.QuantizationSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Exceptions from a scheme.
 *
 * @param exclude selectors of what stays in float
 * @param rules what gets finer grids
 */
public record Exceptions(List<String> exclude, List<PrecisionRule> rules) {
  /** No exceptions. */
  public static final Exceptions NONE = new Exceptions(List.of(), List.of());

  /** Copies the lists. */
  public Exceptions {
    exclude = List.copyOf(exclude);
    rules = List.copyOf(rules);
  }

  /** {@code settings} with these exceptions beside its own. */
  public QuantizationSettings applyTo(QuantizationSettings settings) {
    List<Selector> excluded = new ArrayList<>(settings.selection().filter().excluded());
    exclude.stream().map(Selector::parse).forEach(excluded::add);
    return settings.with(
        new PointFilter(settings.selection().filter().included(), excluded),
        Stream.concat(rules.stream(), settings.exceptions().stream()).toList());
  }

  /** These and {@code others}, which come behind. */
  public Exceptions and(Exceptions others) {
    return new Exceptions(
        Stream.concat(exclude.stream(), others.exclude.stream()).distinct().toList(),
        Stream.concat(rules.stream(), others.rules.stream()).toList());
  }

  /** All that {@code settings} say. */
  public static Exceptions of(QuantizationSettings settings) {
    return new Exceptions(
        settings.selection().filter().excluded().stream().map(Selector::text).toList(),
        settings.exceptions());
  }

  /** Whether both say the same, in the same words. */
  public boolean says(Exceptions other) {
    return exclude.equals(other.exclude) && ruleTexts().equals(other.ruleTexts());
  }

  /** The rules as they are written on the command line. */
  public List<String> ruleTexts() {
    return rules.stream().map(PrecisionRule::text).toList();
  }

  /** Whether there are none. */
  public boolean isEmpty() {
    return exclude.isEmpty() && rules.isEmpty();
  }
}
