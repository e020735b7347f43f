package dev.tailgate.result.glossary;

import dev.tailgate.result.metric.Metrics;
import java.util.List;

/**
 * Everything that is measured, and everything that can be bounded.
 *
 * @param metrics every metric of {@link Metrics#all()}, in that order
 * @param gateMetrics all of {@link Metrics#gates()}, in that order
 */
public record Glossary(List<Term> metrics, List<GateTerm> gateMetrics) {
  /** The glossary. */
  public static final Glossary ALL =
      new Glossary(
          Metrics.all().stream().map(Term::of).toList(),
          Metrics.gates().stream().map(GateTerm::of).toList());

  /** Copies the lists. */
  public Glossary {
    metrics = List.copyOf(metrics);
    gateMetrics = List.copyOf(gateMetrics);
  }

  /** The metrics that every report shows, which have a reading. */
  public List<Term> inReports() {
    return metrics.stream().filter(term -> term.reading().isPresent()).toList();
  }
}
