package dev.tailgate.result;

/**
 * One attention found in the graph.
 *
 * @param id stable name of the site inside this model, for example {@code layer0.attention}
 * @param layer transformer layer, or -1 when the site belongs to none
 * @param node name of the normaliser node in the user's file
 * @param kind {@code self}, {@code cross}, {@code unknown}, or the operator of a fused attention
 * @param normaliser {@code softmax}, {@code softmax1}, {@code clipped_softmax}, {@code
 *     clipped_softmax1}
 * @param gate "none", {@code linear}, {@code mlp} or {@code all_heads_linear}
 */
public record SiteInfo(
    String id, int layer, String node, String kind, String normaliser, String gate) {
  /** Refuses what cannot be. */
  public SiteInfo {
    Require.text("site.id", id);
    Require.indexOrNone("site.layer", layer);
    Require.text("site.normaliser", normaliser);
    Require.text("site.gate", gate);
  }
}
