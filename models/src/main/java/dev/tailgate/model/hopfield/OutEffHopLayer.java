package dev.tailgate.model.hopfield;

import dev.tailgate.model.Init;
import dev.tailgate.model.Layers;
import dev.tailgate.model.Net;
import dev.tailgate.onnx.build.Value;
import java.util.Optional;

/**
 * Data {@code R [B, L, raw]} as queries over learned patterns, keys {@code K [patterns, width]} and
 * values {@code V [patterns, width]}:
 *
 * <pre>
 *   Z = p(beta R Wq K^T) V
 * </pre>
 *
 * @param patterns how many are learned
 * @param raw the width of {@code R}
 * @param projected whether there is a projection; keys and values are learned in any case
 */
public record OutEffHopLayer(int patterns, int raw, Retrieval retrieval, boolean projected) {
  /** Refuses retrieval mode between widths that differ. */
  public OutEffHopLayer {
    Identity.require(projected, retrieval.heads().width(), raw, raw);
  }

  /** What is read, {@code [B, L, width]}. */
  public Value of(Net net, Value r) {
    int width = retrieval.heads().width();
    Value k = net.weight("keys", new Init.Normal(1), 1, patterns, width);
    Value v = net.weight("values", new Init.Normal(1), 1, patterns, width);
    Value q = projected ? Layers.product(net.at("query"), r, raw, width, Init.fanIn(raw)) : r;
    return retrieval.of(net.graph(), q, k, v, Optional.empty());
  }
}
