package dev.tailgate.quant.placement;

import java.util.List;
import java.util.Optional;

/**
 * Which products and points a user wants quantized. Where anything is included, only what is
 * matched by one of those selectors; what is excluded stays float in any case.
 */
public record PointFilter(List<Selector> included, List<Selector> excluded) {
  /** Lets everything in. */
  public static final PointFilter NONE = new PointFilter(List.of(), List.of());

  /** Copies the lists. */
  public PointFilter {
    included = List.copyOf(included);
    excluded = List.copyOf(excluded);
  }

  /**
   * Reads selectors as they are written on the command line.
   *
   * @throws IllegalArgumentException with a sentence for the user, where one is none
   */
  public static PointFilter of(List<String> include, List<String> exclude) {
    return new PointFilter(
        include.stream().map(Selector::parse).toList(),
        exclude.stream().map(Selector::parse).toList());
  }

  /** Why {@code item} stays float; empty where it is let in. */
  Optional<String> leavesOut(Selector.Item item) {
    return excludes(item)
        .or(
            () ->
                included.isEmpty() || included.stream().anyMatch(s -> s.matches(item))
                    ? Optional.empty()
                    : Optional.of("not among what is included"));
  }

  /** Why {@code item} is excluded in so many words. */
  Optional<String> excludes(Selector.Item item) {
    return excluded.stream()
        .filter(selector -> selector.matches(item))
        .findFirst()
        .map(selector -> "excluded by " + selector.text());
  }
}
