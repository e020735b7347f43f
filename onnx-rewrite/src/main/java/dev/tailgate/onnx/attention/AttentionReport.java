package dev.tailgate.onnx.attention;

import java.util.ArrayList;
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

  /**
   * What was found in one graph of the model.
   *
   * @param place the subgraph or function in words; empty for the main graph
   */
  public record InGraph(String place, AttentionReport report) {
    /** A name of something in that graph, told apart from the same name in others. */
    public String qualified(String name) {
      return place.isEmpty() ? name : place + ": " + name;
    }
  }

  /** All graphs in which there is anything, in the order their sites are numbered in. */
  public List<InGraph> graphs() {
    List<InGraph> graphs = new ArrayList<>();
    graphs.add(new InGraph("", this));
    nested.forEach(inner -> graphs.add(new InGraph(inner.graph().label(), inner.report())));
    return graphs;
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
