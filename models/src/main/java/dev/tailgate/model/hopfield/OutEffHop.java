package dev.tailgate.model.hopfield;

import dev.tailgate.model.Init;
import dev.tailgate.model.Layers;
import dev.tailgate.model.Net;
import dev.tailgate.onnx.build.Value;
import java.util.Optional;

/**
 * The association of two sequences, {@code R [B, L, raw]} and {@code Y [B, S, stored]}:
 *
 * <pre>
 *   Z = p(beta R Wq (Y Wk)^T) Y Wk Wv
 * </pre>
 *
 * <p>with Softmax1 as {@code p} in OutEffHop. In retrieval mode the projections are identities and
 * nothing is learned.
 *
 * @param raw the width of {@code R}
 * @param stored the width of {@code Y}
 * @param projected whether there are projections
 */
public record OutEffHop(int raw, int stored, Retrieval retrieval, boolean projected) {
  /** Refuses retrieval mode between widths that differ. */
  public OutEffHop {
    Identity.require(projected, retrieval.heads().width(), raw, stored);
  }

  /** The association, {@code [B, L, width]}. */
  public Value of(Net net, Value r, Value y, Optional<Value> mask) {
    if (!projected) {
      return retrieval.of(net.graph(), r, y, y, mask);
    }
    int width = retrieval.heads().width();
    Value q = Layers.product(net.at("query"), r, raw, width, Init.fanIn(raw));
    Value k = Layers.product(net.at("key"), y, stored, width, Init.fanIn(stored));
    Value v = Layers.product(net.at("value"), k, width, width, Init.fanIn(width));
    return retrieval.of(net.graph(), q, k, v, mask);
  }
}
