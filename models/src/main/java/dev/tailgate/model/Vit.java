package dev.tailgate.model;

import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.ir.Dim;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.OnnxModel;
import java.util.List;
import java.util.Optional;

/**
 * A vision transformer (Dosovitskiy et al., arXiv 2010.11929): a picture is cut into patches, each
 * a token,
 *
 * <pre>
 *   x = patches(pixels) + positions
 *   x = x + attention(norm(x))
 *   x = x + gelu(norm(x) W1 + b1) W2 + b2
 * </pre>
 *
 * <p>and classified by the mean of its tokens or a token of its own. Takes {@code pixel_values}
 * float32 {@code [batch, channels, image, image]}, gives {@code logits} {@code [batch, classes]}.
 *
 * @param image the side of a picture in pixels, a multiple of {@code patch}
 * @param ffn the width between both maps of the feed-forward
 * @param classToken whether a token of its own is classified, rather than the mean of all
 * @param patchNorm whether patches are normed, which takes most outliers away by itself (Bondarenko
 *     et al., arXiv 2306.12929, table 7)
 * @param maskSelf whether a token cannot look at itself (Lee et al., arXiv 2112.13492), so that no
 *     head can rest on its own patch
 * @param deviation standard deviation that matrices begin with
 * @param positionDeviation the same of positions, which begin as mixtures of waves over the grid
 */
public record Vit(
    int image,
    int patch,
    int channels,
    int classes,
    int layers,
    int width,
    int heads,
    int ffn,
    boolean classToken,
    boolean patchNorm,
    boolean maskSelf,
    double deviation,
    double positionDeviation)
    implements Architecture {
  /** The reference family. */
  public static final Vit TINY = new Vit(24, 6, 3, 8, 3, 48, 4, 192, false, false, true, 0.02, 0.5);

  /** ViT-S/16. */
  public static final Vit SMALL =
      new Vit(224, 16, 3, 1000, 12, 384, 6, 1536, true, false, false, 0.02, 0.02);

  private static final float CLOSED = -1e9f;

  /** Refuses sizes that make no model. */
  public Vit {
    Sizes.check()
        .divides("patch", patch, "image", image)
        .some("channels", channels)
        .some("classes", classes)
        .some("layers", layers)
        .divides("heads", heads, "width", width)
        .some("ffn", ffn)
        .deviation("deviation", deviation)
        .deviation("positionDeviation", positionDeviation);
  }

  @Override
  public OnnxModel build(long seed) {
    Net net = Net.of(seed);
    Init init = new Init.Normal(deviation);
    Heads attention = new Heads(width, heads);
    Optional<Value> mask = maskSelf ? Optional.of(self(net)) : Optional.empty();

    Value x = patches(net.at("patches"));
    if (patchNorm) {
      x = Layers.layerNorm(net.at("patch_norm"), x, width);
    }
    if (classToken) {
      Value token = net.weight("class_token", new Init.Normal(0.02), 1, 1, width);
      Value batch = x.extent(0);
      Value ones = net.graph().longs(1, 1);
      x = net.graph().concat(1, token.expand(net.graph().concat(0, batch, ones)), x);
    }
    x = x.plus(positions(net));
    for (int i = 0; i < layers; i++) {
      Net layer = net.at("layers", i);
      Value h = Layers.layerNorm(layer.at("attention_norm"), x, width);
      List<Value> qkv = queriesKeysValues(layer.at("qkv"), h, init);
      List<Value> split = qkv.stream().map(attention::split).toList();
      h = attention.merge(attention.attend(split.get(0), split.get(1), split.get(2), mask));
      x = x.plus(Layers.linear(layer.at("output"), h, width, width, init));
      h = Layers.layerNorm(layer.at("ffn_norm"), x, width);
      h = Layers.gelu(Layers.linear(layer.at("fc1"), h, width, ffn, init));
      x = x.plus(Layers.linear(layer.at("fc2"), h, ffn, width, init));
    }
    x = Layers.layerNorm(net.at("final_norm"), x, width);
    x = classToken ? x.slice(1, 0, 1).squeeze(1) : x.mean(1).squeeze(1);
    Value logits = Layers.torchLinear(net.at("head"), x, width, classes);
    return net.output("logits", logits, Dim.of("batch"), Dim.of(classes));
  }

  private int grid() {
    return image / patch;
  }

  private long tokens() {
    return (long) grid() * grid() + (classToken ? 1 : 0);
  }

  /** Pixels {@code [B, C, S, S]} as vectors of patches {@code [B, P, width]}. */
  private Value patches(Net net) {
    Value pixels =
        net.graph()
            .input(
                "pixel_values",
                ElementType.FLOAT,
                Dim.of("batch"),
                Dim.of(channels),
                Dim.of(image),
                Dim.of(image));
    Init init = Init.fanIn(channels * patch * patch);
    Value maps =
        net.graph()
            .node(
                "Conv",
                pixels,
                net.weight("weight", init, width, channels, patch, patch),
                net.weight("bias", init, width))
            .with("kernel_shape", new long[] {patch, patch})
            .with("strides", new long[] {patch, patch})
            .value();
    return maps.reshape(0, width, (long) grid() * grid()).transpose(0, 2, 1);
  }

  private List<Value> queriesKeysValues(Net net, Value x, Init init) {
    Value all = Layers.linear(net, x, width, 3 * width, init);
    return net.graph().node("Split", all).with("axis", -1).with("num_outputs", 3).values(3);
  }

  private Value positions(Net net) {
    float[] places = net.elements("positions", 1, tokens(), width);
    int first = places.length - grid() * grid() * width;
    Waves.fill(places, first, grid(), width, positionDeviation, net.random("positions"));
    return net.constant("positions", places, 1, tokens(), width);
  }

  private Value self(Net net) {
    float[] mask = net.elements("mask", tokens(), tokens());
    int tokens = (int) tokens();
    for (int i = 0; i < tokens; i++) {
      mask[i * tokens + i] = CLOSED;
    }
    return net.constant("mask", mask, tokens, tokens);
  }
}
