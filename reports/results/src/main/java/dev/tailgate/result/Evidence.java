package dev.tailgate.result;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What a diagnosis is made from: measured on a few batches of the float model, padding left out.
 *
 * @param batches batches that were looked at
 * @param samples samples in them
 * @param taps the activations that were looked at, the worst first
 * @param sites the attentions whose probabilities could be read, in graph order
 * @param weights the quantized weights; empty where nothing is quantized
 * @param saturation int8 weights whose products can leave 16 bits; empty where there are none
 * @param notMeasured what could not be looked at, and why, one sentence each
 */
public record Evidence(
    int batches,
    long samples,
    List<TapEvidence> taps,
    List<SiteEvidence> sites,
    List<WeightEvidence> weights,
    List<SaturationEvidence> saturation,
    List<String> notMeasured) {
  /** Nothing was looked at. */
  public static final Evidence NONE =
      new Evidence(0, 0, List.of(), List.of(), List.of(), List.of(), List.of());

  /** Copies the lists. */
  public Evidence {
    Require.notNegative("evidence.batches", batches);
    Require.notNegative("evidence.samples", samples);
    taps = List.copyOf(taps);
    sites = List.copyOf(sites);
    weights = List.copyOf(weights);
    saturation = List.copyOf(saturation);
    notMeasured = List.copyOf(notMeasured);
  }

  /**
   * The sink rate of arXiv 2410.10781: over all samples and heads that were looked at, the share in
   * which the first token takes more than {@value SiteEvidence.Head#SINK_ABOVE} of the attention.
   * Empty where no attention could be read, and of files of earlier versions.
   */
  public Optional<Double> sinkRate() {
    OptionalDouble mean =
        sites.stream()
            .flatMap(site -> site.heads().stream())
            .flatMap(head -> head.firstToken().stream())
            .mapToDouble(rate -> rate)
            .average();
    return mean.isPresent() ? Optional.of(mean.getAsDouble()) : Optional.empty();
  }
}
