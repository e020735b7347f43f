package dev.tailgate.onnx.method;

import dev.tailgate.onnx.attention.Normaliser;

/**
 * A site and what became of it.
 *
 * @param number position among all attentions of the model: the main graph's in graph order, then
 *     those of subgraphs and functions
 * @param id printable, for example {@code layer 3 (/attn/Softmax)}
 * @param node name of the node, for selections
 * @param place the subgraph or function it lies in; empty in the main graph
 * @param kind {@code self}, {@code cross}, {@code unknown}, or the operator of a fused attention
 * @param before what it normalised with
 * @param outcome what was done
 */
public record RewrittenSite(
    int number,
    String id,
    String node,
    String place,
    String kind,
    Normaliser before,
    SiteOutcome outcome) {
  RewrittenSite with(SiteOutcome other) {
    return new RewrittenSite(number, id, node, place, kind, before, other);
  }

  /** Whether the site is another now. */
  public boolean isRewritten() {
    return outcome instanceof SiteOutcome.Rewritten;
  }
}
