package dev.tailgate.model;

import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.OnnxModel;
import java.util.Optional;

/**
 * An encoder as BERT is (Devlin et al., arXiv 1810.04805): norms behind attention and feed-forward,
 *
 * <pre>
 *   x = norm(x + attention(x))
 *   x = norm(x + gelu(x W1 + b1) W2 + b2)
 * </pre>
 *
 * <p>and the head that predicts masked tokens. Without token types. Takes {@code input_ids} and
 * {@code attention_mask} int64 {@code [batch, sequence]}, gives {@code logits} {@code [batch,
 * sequence, vocabulary]}.
 *
 * @param ffn the width between both maps of the feed-forward
 * @param deviation standard deviation that matrices begin with
 * @param tokenDeviation the same of the embedding
 */
public record Bert(
    int vocabulary,
    int length,
    int layers,
    int width,
    int heads,
    int ffn,
    Positions positions,
    double deviation,
    double tokenDeviation)
    implements Architecture {
  /** The reference family. */
  public static final Bert TINY = new Bert(28, 32, 2, 48, 4, 192, Positions.SINUSOIDAL, 0.02, 0.5);

  /** BERT-base without token types, the head not tied. */
  public static final Bert BASE =
      new Bert(30522, 512, 12, 768, 12, 3072, Positions.LEARNED, 0.02, 0.02);

  private static final double CLOSED = -1e9;

  /** Refuses sizes that make no model. */
  public Bert {
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
    Value open = net.ids("attention_mask").cast(ElementType.FLOAT).unsqueeze(1, 2);
    Value mask = open.negative().plus(1).times(CLOSED);

    Value tokens =
        Layers.embedding(net.at("tokens"), ids, vocabulary, width, new Init.Normal(tokenDeviation));
    Value x = tokens.plus(positions.of(net, ids, length, width, deviation));
    x = Layers.layerNorm(net.at("embedding_norm"), x, width);
    for (int i = 0; i < layers; i++) {
      Net layer = net.at("layers", i);
      Value h = attention.selfAttention(layer.at("attention"), x, Optional.of(mask), init);
      x = Layers.layerNorm(layer.at("attention_norm"), x.plus(h), width);
      h = Layers.gelu(Layers.linear(layer.at("fc1"), x, width, ffn, init));
      h = Layers.linear(layer.at("fc2"), h, ffn, width, init);
      x = Layers.layerNorm(layer.at("ffn_norm"), x.plus(h), width);
    }
    Net head = net.at("head");
    x = Layers.gelu(Layers.linear(head.at("dense"), x, width, width, init));
    x = Layers.layerNorm(head.at("norm"), x, width);
    Value logits = Layers.linear(head.at("decoder"), x, width, vocabulary, init);
    return net.outputByToken("logits", logits, vocabulary);
  }
}
