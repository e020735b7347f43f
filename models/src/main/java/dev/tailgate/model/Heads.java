package dev.tailgate.model;

import dev.tailgate.onnx.build.Value;
import java.util.Optional;

/**
 * Attention by several heads,
 *
 * <pre>
 *   softmax(q k^T / sqrt(d) + mask) v      d = width / heads
 * </pre>
 *
 * <p>of vectors {@code [B, T, width]}, each head with its own {@code d} of them.
 */
public record Heads(int width, int heads) {
  /** Refuses heads that do not divide the width. */
  public Heads {
    Sizes.check().divides("heads", heads, "width", width);
  }

  /** The channels of a head. */
  public int size() {
    return width / heads;
  }

  /** {@code [B, T, width] -> [B, heads, T, d]}. */
  public Value split(Value x) {
    return x.reshape(0, 0, heads, size()).transpose(0, 2, 1, 3);
  }

  /** {@code [B, heads, T, d] -> [B, T, width]}. */
  public Value merge(Value x) {
    return x.transpose(0, 2, 1, 3).reshape(0, 0, width);
  }

  /**
   * The attention of values that are split already.
   *
   * @param mask is added to the scores {@code [B, heads, Tq, Tk]}
   */
  public Value attend(Value q, Value k, Value v, Optional<Value> mask) {
    Value scores = q.matMul(k.transpose(0, 1, 3, 2)).over(Math.sqrt(size()));
    return mask.map(scores::plus).orElse(scores).softmax(-1).matMul(v);
  }

  /** Attention of {@code x} to itself with projections for queries, keys, values and output. */
  public Value selfAttention(Net net, Value x, Optional<Value> mask, Init init) {
    Value q = Layers.linear(net.at("query"), x, width, width, init);
    Value k = Layers.linear(net.at("key"), x, width, width, init);
    Value v = Layers.linear(net.at("value"), x, width, width, init);
    Value context = merge(attend(split(q), split(k), split(v), mask));
    return Layers.linear(net.at("output"), context, width, width, init);
  }
}
