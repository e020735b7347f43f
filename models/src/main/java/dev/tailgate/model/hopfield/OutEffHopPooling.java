package dev.tailgate.model.hopfield;

import dev.tailgate.model.Init;
import dev.tailgate.model.Layers;
import dev.tailgate.model.Net;
import dev.tailgate.onnx.build.Value;
import java.util.Optional;

/**
 * Learned static queries {@code Q [queries, width]} over data {@code Y [B, S, stored]}, which pools
 * a sequence or a bag of any size into {@code queries} vectors:
 *
 * <pre>
 *   Z = p(beta Q (Y Wk)^T) Y Wk Wv
 * </pre>
 *
 * @param queries how many
 * @param stored the width of {@code Y}
 * @param projected whether there are projections; the queries are learned in any case
 */
public record OutEffHopPooling(int queries, int stored, Retrieval retrieval, boolean projected) {
  /** Refuses retrieval mode between widths that differ. */
  public OutEffHopPooling {
    Identity.require(projected, retrieval.heads().width(), stored, stored);
  }

  /** What is pooled, {@code [B, queries, width]}. */
  public Value of(Net net, Value y, Optional<Value> mask) {
    int width = retrieval.heads().width();
    Value q = net.weight("queries", new Init.Normal(1), 1, queries, width);
    if (!projected) {
      return retrieval.of(net.graph(), q, y, y, mask);
    }
    Value k = Layers.product(net.at("key"), y, stored, width, Init.fanIn(stored));
    Value v = Layers.product(net.at("value"), k, width, width, Init.fanIn(width));
    return retrieval.of(net.graph(), q, k, v, mask);
  }
}
