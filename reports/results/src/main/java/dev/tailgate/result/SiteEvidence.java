package dev.tailgate.result;

import java.util.List;
import java.util.Optional;

/**
 * Where one attention looks, head by head.
 *
 * @param site its id, as in {@link SiteInfo}
 * @param layer its position among the attentions of the graph
 * @param normaliser what turns its scores into probabilities
 * @param heads by number
 */
public record SiteEvidence(String site, int layer, String normaliser, List<Head> heads) {
  /** Copies the heads. */
  public SiteEvidence {
    Require.text("site_evidence.site", site);
    Require.indexOrNone("site_evidence.layer", layer);
    heads = List.copyOf(heads);
  }

  /**
   * One head. Means are over the queries of all samples looked at, padding left out.
   *
   * @param head its number, from 0
   * @param sink the key position or token id whose mean probability exceeds its share of the keys
   *     most; {@code share} is that probability, the sink mass
   * @param entropy mean of {@code H(p) / log n} with {@code p} the probabilities of a query divided
   *     by their sum and {@code n} the keys it can see, at least 2; 1 is uniform, 0 a single key. A
   *     key counts as seen where some head of the site gives it more than 0. Empty where no query
   *     sees two keys
   * @param passedOn mean of {@code sum_j p_j |v_j| / mean_j |v_j|}: how much of the values passes
   *     the head, 1 where attention is uniform, near 0 where it lies on small values or, after
   *     Softmax1, nowhere. Empty where the values could not be read
   * @param sinkValueNorm mean |v| of the sink's keys over the mean of all keys; a sink with a small
   *     value is a way to do nothing (arXiv 2306.12929). Empty likewise
   * @param firstToken share of the samples in which the first token takes more than {@value
   *     #SINK_ABOVE} of the attention, mean over the queries that see it (arXiv 2410.10781). Empty
   *     in files of earlier versions
   */
  public record Head(
      int head,
      TokenShare sink,
      Optional<Double> entropy,
      Optional<Double> passedOn,
      Optional<Double> sinkValueNorm,
      Optional<Double> firstToken) {
    /** From this share of the attention on, the first token is a sink. */
    public static final double SINK_ABOVE = 0.3;

    /** Checks the number. */
    public Head {
      Require.notNegative("site_evidence.head", head);
    }
  }
}
