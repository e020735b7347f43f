package dev.tailgate.onnx.kit;

import dev.tailgate.onnx.build.GraphBuilder;
import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.ir.Dim;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.OnnxModel;
import java.util.Optional;
import java.util.Random;

/**
 * Small transformers of fixed weights, written out in operators of opset 13 and later.
 *
 * @param width of the hidden states, a multiple of {@code heads}
 * @param tokens positions of one sequence
 * @param words size of the vocabulary, or number of classes
 * @param isPreNorm whether norms stand in front of the sublayers, or behind the sums
 * @param isRotary whether positions turn queries and keys, or are a table that is added
 * @param seed of the weights
 */
public record Transformer(
    long opset,
    int layers,
    int width,
    int heads,
    int tokens,
    int words,
    boolean isPreNorm,
    boolean isRotary,
    long seed) {
  /** Two pre-norm layers of two heads of width 4, six tokens of eleven words. */
  public static final Transformer SMALL = new Transformer(17, 2, 8, 2, 6, 11, true, false, 1);

  /** The same with norms behind the sums. */
  public Transformer postNorm() {
    return new Transformer(opset, layers, width, heads, tokens, words, false, isRotary, seed);
  }

  /** The same with rotary positions. */
  public Transformer rotary() {
    return new Transformer(opset, layers, width, heads, tokens, words, isPreNorm, true, seed);
  }

  /** {@code ids [B, T]} to {@code logits [B, T, words]}, causal, the head tied to the embedding. */
  public OnnxModel decoder() {
    GraphBuilder g = Models.opset(opset);
    Weights weights = Weights.normal(g, new Random(seed), 0.3);
    Value table = weights.of("words", words, width);
    Value ids = g.input("ids", ElementType.INT64, Dim.of("batch"), Dim.of(tokens));
    Value x = positioned(Sublayers.embedded(table, ids), weights);
    Value hidden = stack(g, x, weights, Optional.of(Sublayers.causalMask(g, tokens)));
    return g.output("logits", hidden.matMul(table.transpose(1, 0))).model();
  }

  /** {@code ids} and {@code attention_mask [B, T]} to {@code hidden [B, T, D]}. */
  public OnnxModel encoder() {
    GraphBuilder g = Models.opset(opset);
    Weights weights = Weights.normal(g, new Random(seed), 0.3);
    Dim batch = Dim.of("batch");
    Value ids = g.input("ids", ElementType.INT64, batch, Dim.of(tokens));
    Value flags = g.input("attention_mask", ElementType.INT64, batch, Dim.of(tokens));
    Value x = positioned(Sublayers.embedded(weights.of("words", words, width), ids), weights);
    Value hidden = stack(g, x, weights, Optional.of(Sublayers.paddingMask(flags)));
    return g.output("hidden", hidden).model();
  }

  /** {@code pixels [B, 3, 2 T, 2]}, one patch of 2 x 2 a token, to {@code logits [B, words]}. */
  public OnnxModel vision() {
    GraphBuilder g = Models.opset(opset);
    Weights weights = Weights.normal(g, new Random(seed), 0.3);
    Value pixels =
        g.input(
            "pixels",
            ElementType.FLOAT,
            Dim.of("batch"),
            Dim.of(3),
            Dim.of(2L * tokens),
            Dim.of(2));
    Value x = positioned(Sublayers.patches(g, pixels, weights, 3, 2, width), weights);
    Value pooled = stack(g, x, weights, Optional.empty()).mean(1).squeeze(1);
    return g.output("logits", Sublayers.linear(pooled, weights, "head", width, words)).model();
  }

  private Value positioned(Value x, Weights weights) {
    return isRotary ? x : x.plus(weights.of("positions", tokens, width));
  }

  private Value stack(GraphBuilder g, Value x, Weights weights, Optional<Value> mask) {
    Value hidden = x;
    for (int layer = 0; layer < layers; layer++) {
      String name = "layer" + layer;
      Value read = isPreNorm ? Sublayers.layerNorm(hidden, weights, name + "_in", width) : hidden;
      Value attended = hidden.plus(attention(g, read, weights, name, mask));
      Value between = Sublayers.layerNorm(attended, weights, name + "_mid", width);
      Value inner =
          Sublayers.mlp(between, weights, name + "_mlp", width, 4 * width, Sublayers::gelu);
      hidden = (isPreNorm ? attended : between).plus(inner);
      hidden = isPreNorm ? hidden : Sublayers.layerNorm(hidden, weights, name + "_out", width);
    }
    return isPreNorm ? Sublayers.layerNorm(hidden, weights, "last", width) : hidden;
  }

  private Value attention(
      GraphBuilder g, Value x, Weights weights, String name, Optional<Value> mask) {
    Value query = projected(g, x, weights, name + "_query");
    Value key = projected(g, x, weights, name + "_key");
    Value value =
        Attentions.split(Sublayers.linear(x, weights, name + "_value", width, width), heads, width);
    Value scores = Attentions.scores(query, key, width / heads);
    Value probs = mask.map(scores::plus).orElse(scores).softmax(-1);
    Value context = Attentions.join(probs.matMul(value), width);
    return Sublayers.linear(context, weights, name + "_output", width, width);
  }

  private Value projected(GraphBuilder g, Value x, Weights weights, String name) {
    Value split = Attentions.split(Sublayers.linear(x, weights, name, width, width), heads, width);
    return isRotary ? Sublayers.rotary(g, split, tokens, width / heads) : split;
  }
}
