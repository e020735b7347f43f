package dev.tailgate.model;

import dev.tailgate.onnx.build.Value;
import java.util.Optional;

/**
 * The Hopfield module of STanHop-Net: queries are associated with stored patterns,
 *
 * <pre>
 *   q = x Wq + bq      k = y Wk + bk      v = k Wv + bv
 *   softmax(q k^T / sqrt(d)) v Wo + bo
 * </pre>
 *
 * <p>by several heads. Values are made of keys, as in the published code.
 */
record Association(Heads heads) {
  /** Queries {@code [N, L, width]} and patterns {@code [N, S, width]}, or {@code [1, S, width]}. */
  Value of(Net net, Value queries, Value stored) {
    int width = heads.width();
    Value q = Layers.torchLinear(net.at("query"), queries, width, width);
    Value k = Layers.torchLinear(net.at("key"), stored, width, width);
    Value v = Layers.torchLinear(net.at("value"), k, width, width);
    Value context = heads.attend(heads.split(q), heads.split(k), heads.split(v), Optional.empty());
    return Layers.torchLinear(net.at("output"), heads.merge(context), width, width);
  }
}
