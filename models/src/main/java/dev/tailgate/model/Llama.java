package dev.tailgate.model;

import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.ir.OnnxModel;
import java.util.Optional;

/**
 * A decoder as Llama is (Touvron et al., arXiv 2302.13971; groups of heads as in Llama 2): root
 * mean square norms, positions as rotations of queries and keys, and a gated feed-forward,
 *
 * <pre>
 *   x = x + attention(norm(x))
 *   x = x + (silu(h Wg) * h Wu) Wd      h = norm(x)
 * </pre>
 *
 * <p>without biases. Takes {@code input_ids} int64 {@code [batch, sequence]} of at most {@code
 * length} tokens below {@code vocabulary}, gives {@code logits} {@code [batch, sequence,
 * vocabulary]}.
 *
 * @param groups heads of keys and values; each serves {@code heads / groups} heads of queries
 * @param ffn the width of the gated product
 * @param base the base of the rotations' frequencies
 * @param deviation standard deviation that matrices begin with
 */
public record Llama(
    int vocabulary,
    int length,
    int layers,
    int width,
    int heads,
    int groups,
    int ffn,
    double base,
    double deviation)
    implements Architecture {
  /** A small one. */
  public static final Llama TINY = new Llama(32, 32, 2, 48, 4, 2, 128, 10000, 0.02);

  /** TinyLlama-1.1B's sizes. */
  public static final Llama BASE = new Llama(32000, 2048, 22, 2048, 32, 4, 5632, 10000, 0.02);

  /** Refuses sizes that make no model; rotations need heads of an even width. */
  public Llama {
    Sizes.check()
        .some("vocabulary", vocabulary)
        .some("length", length)
        .some("layers", layers)
        .divides("groups", groups, "heads", heads)
        .divides("heads", heads, "width", width)
        .divides("halves", 2, "width of a head", width / heads)
        .some("ffn", ffn)
        .positive("base", base)
        .deviation("deviation", deviation);
  }

  @Override
  public OnnxModel build(long seed) {
    Net net = Net.of(seed);
    Init init = new Init.Normal(deviation);
    Value ids = net.ids("input_ids");
    Value mask = Causal.mask(net, ids, length, false);
    Rotation rotation = Rotation.of(net, ids, length, width / heads, base);

    Value x =
        Layers.embedding(net.at("tokens"), ids, vocabulary, width, new Init.Normal(deviation));
    for (int i = 0; i < layers; i++) {
      Net layer = net.at("layers", i);
      Value h = Layers.rmsNorm(layer.at("attention_norm"), x, width);
      x = x.plus(attention(layer.at("attention"), h, mask, rotation, init));
      h = Layers.rmsNorm(layer.at("ffn_norm"), x, width);
      Value gate = Layers.silu(Layers.product(layer.at("gate"), h, width, ffn, init));
      Value up = Layers.product(layer.at("up"), h, width, ffn, init);
      x = x.plus(Layers.product(layer.at("down"), gate.times(up), ffn, width, init));
    }
    x = Layers.rmsNorm(net.at("final_norm"), x, width);
    Value logits = Layers.product(net.at("head"), x, width, vocabulary, init);
    return net.outputByToken("logits", logits, vocabulary);
  }

  private Value attention(Net net, Value x, Value mask, Rotation rotation, Init init) {
    Heads all = new Heads(width, heads);
    Heads shared = new Heads(all.size() * groups, groups);
    Value q = all.split(Layers.product(net.at("query"), x, width, width, init));
    Value k = shared.split(Layers.product(net.at("key"), x, width, shared.width(), init));
    Value v = shared.split(Layers.product(net.at("value"), x, width, shared.width(), init));
    Value context =
        all.attend(
            rotation.of(q),
            repeated(net, rotation.of(k), shared.size()),
            repeated(net, v, shared.size()),
            Optional.of(mask));
    return Layers.product(net.at("output"), all.merge(context), width, width, init);
  }

  /** Each head as often as it serves, {@code [B, groups, T, d] -> [B, heads, T, d]}. */
  private Value repeated(Net net, Value x, int size) {
    int times = heads / groups;
    if (times == 1) {
      return x;
    }
    Value each =
        net.graph()
            .concat(
                0,
                x.extent(0),
                net.graph().longs(groups, times),
                x.extent(2),
                net.graph().longs(size));
    Value shape =
        net.graph()
            .concat(0, x.extent(0), net.graph().longs(heads), x.extent(2), net.graph().longs(size));
    return x.unsqueeze(2).expand(each).op("Reshape", shape);
  }
}
