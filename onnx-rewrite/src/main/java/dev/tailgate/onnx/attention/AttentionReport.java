package dev.tailgate.onnx.attention;

import java.util.List;

/**
 * Every softmax-like node of a model, each either a site or refused with a reason.
 *
 * @param sites the attentions of the main graph that are written out, in graph order
 * @param fused the attentions of the main graph that are one operator, in graph order
 * @param notSites the refused nodes of the main graph, in graph order
 * @param nested the same for each subgraph and function that has any of these
 */
public record AttentionReport(
    List<AttentionSite> sites,
    List<FusedSite> fused,
    List<NotASite> notSites,
    List<NestedAttention> nested) {
  /** Copies the lists. */
  public AttentionReport {
    sites = List.copyOf(sites);
    fused = List.copyOf(fused);
    notSites = List.copyOf(notSites);
    nested = List.copyOf(nested);
  }

  /** Whether nothing was found and nothing refused. */
  public boolean isEmpty() {
    return sites.isEmpty() && fused.isEmpty() && notSites.isEmpty() && nested.isEmpty();
  }

  /** Number of attentions in all graphs. */
  public int count() {
    return sites.size()
        + fused.size()
        + nested.stream().mapToInt(inner -> inner.report().count()).sum();
  }
}
