package dev.tailgate.result.glossary;

import static dev.tailgate.stats.metric.Metrics.COSINE_SIMILARITY;
import static dev.tailgate.stats.metric.Metrics.KL_DIVERGENCE;
import static dev.tailgate.stats.metric.Metrics.NEIGHBOUR_AGREEMENT;
import static dev.tailgate.stats.metric.Metrics.OUTPUT_ERROR;
import static dev.tailgate.stats.metric.Metrics.SQNR;
import static dev.tailgate.stats.metric.Metrics.TOP1_AGREEMENT;
import static dev.tailgate.stats.metric.OutlierMetrics.ABS_MAX;
import static dev.tailgate.stats.metric.OutlierMetrics.AVERAGE_KURTOSIS;
import static dev.tailgate.stats.metric.OutlierMetrics.KURTOSIS;
import static dev.tailgate.stats.metric.OutlierMetrics.MAX_INF_NORM;
import static dev.tailgate.stats.metric.OutlierMetrics.MAX_KURTOSIS;
import static dev.tailgate.stats.metric.OutlierMetrics.OUTLIERS_6SIGMA;
import static dev.tailgate.stats.metric.OutlierMetrics.POOLED_EXCESS_KURTOSIS;

import dev.tailgate.result.gate.GateMetric;
import dev.tailgate.stats.metric.MetricSpec;
import dev.tailgate.stats.metric.Metrics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Everything that is measured, and everything that can be bounded.
 *
 * @param metrics every metric of {@link Metrics#all()}, in that order
 * @param gateMetrics every metric of {@link GateMetric#ALL}, in that order
 */
public record Glossary(List<Term> metrics, List<GateTerm> gateMetrics) {
  /** What a task metric is bounded by, whichever it is. */
  private static final List<String> TASK = List.of("task_fp", "task_quantized", "task_loss");

  /** A name and a reading for a metric that reports explain. */
  private record Entry(String name, String reading, List<String> gates) {}

  private static final Map<String, Entry> ENTRIES = entries();

  /** The glossary. */
  public static final Glossary ALL =
      new Glossary(
          Metrics.all().stream().map(Glossary::term).toList(),
          GateMetric.ALL.stream().map(GateTerm::of).toList());

  /** Copies the lists. */
  public Glossary {
    metrics = List.copyOf(metrics);
    gateMetrics = List.copyOf(gateMetrics);
  }

  /** The metrics that every report shows, which have a reading. */
  public List<Term> inReports() {
    return metrics.stream().filter(term -> term.reading().isPresent()).toList();
  }

  private static Term term(MetricSpec spec) {
    Entry entry = ENTRIES.get(spec.id());
    return entry == null
        ? Term.of(spec, spec.id().replace('_', ' '), Optional.empty(), gates(spec))
        : Term.of(spec, entry.name(), Optional.of(entry.reading()), entry.gates());
  }

  /** Those without an entry are task metrics, or compare outputs in a way no gate reads. */
  private static List<String> gates(MetricSpec spec) {
    return spec.equals(OUTPUT_ERROR) || spec.equals(NEIGHBOUR_AGREEMENT) ? List.of() : TASK;
  }

  private static Map<String, Entry> entries() {
    Map<String, Entry> entries = new LinkedHashMap<>();
    add(
        entries,
        KURTOSIS,
        "kurtosis",
        "How heavy the tails of a row of d values are. A Gaussian has about 3, a row whose energy"
            + " sits in one element approaches d. This is the form published results use: not"
            + " reduced by 3, averaged over rows.",
        "tap_kurtosis");
    add(
        entries,
        AVERAGE_KURTOSIS,
        "average kurtosis",
        "One number for the model; comparable only under the same tap preset.",
        "average_kurtosis");
    add(
        entries,
        MAX_KURTOSIS,
        "max kurtosis",
        "The tap with the heaviest tails; comparable only under the same tap preset.",
        "max_kurtosis");
    add(
        entries,
        POOLED_EXCESS_KURTOSIS,
        "pooled excess kurtosis",
        "The textbook form. Differs from the row average when rows differ.",
        "tap_pooled_excess_kurtosis");
    add(
        entries,
        MAX_INF_NORM,
        "infinity norm",
        "The range a per-tensor quantizer must cover in a typical row. Smaller than the absolute"
            + " maximum.",
        "max_inf_norm",
        "tap_inf_norm");
    add(
        entries,
        ABS_MAX,
        "abs max",
        "The single largest magnitude, given with its sample, token and channel.",
        "tap_abs_max");
    add(
        entries,
        OUTLIERS_6SIGMA,
        "6\u03c3",
        "A Gaussian has two in a thousand million.",
        "tap_outliers_6sigma");
    add(
        entries,
        SQNR,
        "SQNR",
        "Signal to quantization noise; 6 dB more is half the error. ref are float outputs, test"
            + " quantized ones.",
        SQNR.id());
    add(
        entries,
        COSINE_SIMILARITY,
        "cosine",
        "1 when quantization keeps the direction of the outputs.",
        COSINE_SIMILARITY.id());
    add(
        entries,
        KL_DIVERGENCE,
        "KL",
        "0 when both models predict the same distribution.",
        KL_DIVERGENCE.id());
    add(
        entries,
        TOP1_AGREEMENT,
        "top-1",
        "1 when quantization changes no decision.",
        TOP1_AGREEMENT.id());
    return entries;
  }

  private static void add(
      Map<String, Entry> entries, MetricSpec spec, String name, String reading, String... gates) {
    entries.put(spec.id(), new Entry(name, reading, List.of(gates)));
  }
}
