package dev.tailgate.model;

import dev.tailgate.onnx.build.Value;
import java.util.Arrays;

/** The mask of decoders: 0 where a query may look, -1e9 where it may not. */
final class Causal {
  private static final float CLOSED = -1e9f;

  private Causal() {}

  /**
   * The mask for ids {@code [B, T]}, {@code [T, T]}.
   *
   * @param isStrict whether a query sees only positions before it; the first then sees itself
   */
  static Value mask(Net net, Value ids, int length, boolean isStrict) {
    float[] mask = net.elements("mask", length, length);
    for (int query = 0; query < length; query++) {
      int open = isStrict ? Math.max(1, query) : query + 1;
      Arrays.fill(mask, query * length + open, (query + 1) * length, CLOSED);
    }
    Value all = net.constant("mask", mask, length, length);
    Value tokens = ids.extent(1);
    return all.op(
        "Slice",
        net.graph().longs(0, 0),
        net.graph().concat(0, tokens, tokens),
        net.graph().longs(0, 1));
  }
}
