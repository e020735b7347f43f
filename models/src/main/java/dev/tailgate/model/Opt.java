package dev.tailgate.model;

import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.ir.OnnxModel;
import java.util.Optional;

/**
 * A decoder as OPT is (Zhang et al., arXiv 2205.01068): norms before attention and feed-forward,
 *
 * <pre>
 *   x = x + attention(norm(x))
 *   x = x + relu(norm(x) W1 + b1) W2 + b2
 * </pre>
 *
 * <p>with a head of its own. Takes {@code input_ids} int64 {@code [batch, sequence]} of at most
 * {@code length} tokens below {@code vocabulary}, gives {@code logits} {@code [batch, sequence,
 * vocabulary]}.
 *
 * @param ffn the width between both maps of the feed-forward
 * @param strict whether a query sees only positions before it, so that no head can rest on its own
 *     token
 * @param deviation standard deviation that matrices begin with
 * @param tokenDeviation the same of the embedding
 */
public record Opt(
    int vocabulary,
    int length,
    int layers,
    int width,
    int heads,
    int ffn,
    boolean strict,
    Positions positions,
    double deviation,
    double tokenDeviation)
    implements Architecture {
  /** The reference family. */
  public static final Opt TINY =
      new Opt(32, 32, 2, 48, 4, 192, true, Positions.SINUSOIDAL, 0.02, 0.5);

  /** OPT-125m without its offset of positions, the head not tied. */
  public static final Opt BASE =
      new Opt(50272, 2048, 12, 768, 12, 3072, false, Positions.LEARNED, 0.006, 0.006);

  /** Refuses sizes that make no model. */
  public Opt {
    Sizes.check()
        .some("vocabulary", vocabulary)
        .some("length", length)
        .some("layers", layers)
        .divides("heads", heads, "width", width)
        .some("ffn", ffn)
        .deviation("deviation", deviation)
        .deviation("tokenDeviation", tokenDeviation);
  }

  @Override
  public OnnxModel build(long seed) {
    Net net = Net.of(seed);
    Init init = new Init.Normal(deviation);
    Heads attention = new Heads(width, heads);
    Value ids = net.ids("input_ids");
    Value mask = Causal.mask(net, ids, length, strict);

    Value tokens =
        Layers.embedding(net.at("tokens"), ids, vocabulary, width, new Init.Normal(tokenDeviation));
    Value x = tokens.plus(positions.of(net, ids, length, width, deviation));
    for (int i = 0; i < layers; i++) {
      Net layer = net.at("layers", i);
      Value h = Layers.layerNorm(layer.at("attention_norm"), x, width);
      x = x.plus(attention.selfAttention(layer.at("attention"), h, Optional.of(mask), init));
      h = Layers.layerNorm(layer.at("ffn_norm"), x, width);
      h = Layers.linear(layer.at("fc1"), h, width, ffn, init).relu();
      x = x.plus(Layers.linear(layer.at("fc2"), h, ffn, width, init));
    }
    x = Layers.layerNorm(net.at("final_norm"), x, width);
    Value logits = Layers.product(net.at("head"), x, width, vocabulary, init);
    return net.outputByToken("logits", logits, vocabulary);
  }
}
