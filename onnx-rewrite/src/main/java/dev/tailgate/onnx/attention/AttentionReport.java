package dev.tailgate.onnx.attention;

import java.util.List;

/**
 * Every softmax-like node of a model, each either a site or refused with a reason.
 *
 * @param sites the attentions in graph order
 * @param notSites the refused nodes: the main graph's in graph order, then subgraphs and functions
 */
public record AttentionReport(List<AttentionSite> sites, List<NotASite> notSites) {
  /** Copies the lists. */
  public AttentionReport {
    sites = List.copyOf(sites);
    notSites = List.copyOf(notSites);
  }
}
