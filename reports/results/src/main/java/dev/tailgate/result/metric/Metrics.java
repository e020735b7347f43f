package dev.tailgate.result.metric;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Every metric that Tailgate reports, and everything of them that a rule can bound. */
public final class Metrics {
  private static final List<Metric> ALL =
      Stream.of(OutlierMetrics.all(), TaskMetrics.all(), AgreementMetrics.all())
          .flatMap(List::stream)
          .toList();

  /** Of the model, of chosen taps, of what was covered, of the task, of the outputs. */
  private static final List<GateMetric> GATES =
      Stream.of(
              gates(OutlierMetrics.all()).sorted(Comparator.comparing(GateMetric::overTaps)),
              GateMetric.COVERAGE.stream(),
              gates(TaskMetrics.all()),
              gates(AgreementMetrics.all()))
          .flatMap(gates -> gates)
          .toList();

  private Metrics() {}

  /** All metrics, outlier metrics first, in the order in which they are printed. */
  public static List<Metric> all() {
    return ALL;
  }

  /** All that a rule can bound, in the order of the manual. */
  public static List<GateMetric> gates() {
    return GATES;
  }

  /** The numbers of a model, in the order of the tables. */
  public static List<ModelNumber> ofModels() {
    return ALL.stream().flatMap(metric -> metric.model().stream()).toList();
  }

  /** The metric of that id, if there is one. */
  public static Optional<Metric> byId(String id) {
    return ALL.stream().filter(metric -> metric.id().equals(id)).findFirst();
  }

  /** What a rule bounds by that name, if there is something. */
  public static Optional<GateMetric> gate(String id) {
    return GATES.stream().filter(metric -> metric.id().equals(id)).findFirst();
  }

  private static Stream<GateMetric> gates(List<Metric> metrics) {
    return metrics.stream().flatMap(metric -> metric.gates().stream()).distinct();
  }
}
