package dev.tailgate.onnx.kit;

import dev.tailgate.onnx.build.GraphBuilder;
import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.ir.ElementType;
import java.util.function.UnaryOperator;

/** What stands around attentions, written out in operators that opset 13 has. */
public final class Sublayers {
  private static final double EPSILON = 1e-5;

  private Sublayers() {}

  /** {@code x W + b}, the weights {@code [in, out]} named {@code name} and {@code name_bias}. */
  public static Value linear(Value x, Weights weights, String name, int in, int out) {
    return x.matMul(weights.of(name, in, out)).plus(weights.of(name + "_bias", out));
  }

  /** LayerNorm over the last axis with gain and shift. */
  public static Value layerNorm(Value x, Weights weights, String name, int width) {
    Value centred = x.minus(x.mean(-1));
    Value deviation = centred.pow(2).mean(-1).plus(EPSILON).sqrt();
    Value normal = centred.over(deviation).times(weights.of(name + "_gain", width));
    return normal.plus(weights.of(name + "_shift", width));
  }

  /** RMSNorm over the last axis with a gain. */
  public static Value rmsNorm(Value x, Value gain) {
    return x.over(x.pow(2).mean(-1).plus(EPSILON).sqrt()).times(gain);
  }

  /** {@code x Phi(x)} by the error function. */
  public static Value gelu(Value x) {
    return x.times(0.5).times(x.over(Math.sqrt(2)).erf().plus(1));
  }

  /** {@code f(x A) B} with an inner width. */
  public static Value mlp(
      Value x, Weights weights, String name, int width, int inner, UnaryOperator<Value> f) {
    Value up = f.apply(linear(x, weights, name + "_up", width, inner));
    return linear(up, weights, name + "_down", inner, width);
  }

  /** {@code (f(x G) * x U) D} without biases. */
  public static Value gatedMlp(
      Value x, Weights weights, String name, int width, int inner, UnaryOperator<Value> f) {
    Value gate = f.apply(x.matMul(weights.of(name + "_gate", width, inner)));
    Value up = x.matMul(weights.of(name + "_up", width, inner));
    return gate.times(up).matMul(weights.of(name + "_down", inner, width));
  }

  /** Rows of a table by the ids of tokens, {@code [B, T]} to {@code [B, T, D]}. */
  public static Value embedded(Value table, Value ids) {
    return table.gather(0, ids);
  }

  /**
   * Patches of pictures {@code [B, C, H, W]} by a convolution without overlap, as tokens {@code [B,
   * H W / size^2, D]}.
   */
  public static Value patches(
      GraphBuilder graph, Value pixels, Weights weights, int channels, int size, int width) {
    Value kernel = weights.of("stem", width, channels, size, size);
    Value maps =
        graph.node("Conv", pixels, kernel).with("strides", new long[] {size, size}).value();
    return maps.reshape(0, width, -1).transpose(0, 2, 1);
  }

  /** {@code [T, T]}: 0 where a position may look, lowest finite where it may not. */
  public static Value causalMask(GraphBuilder graph, int tokens) {
    return Weights.filled(
        graph, "", i -> i % tokens > i / tokens ? -Float.MAX_VALUE : 0, tokens, tokens);
  }

  /**
   * Additive mask {@code [B, 1, 1, T]} of flags {@code [B, T]} that are 1 for real tokens.
   *
   * @param flags int64
   */
  public static Value paddingMask(Value flags) {
    Value padding = flags.cast(ElementType.FLOAT).negative().plus(1);
    return padding.times(-Float.MAX_VALUE).unsqueeze(1, 2);
  }

  /**
   * Rotary positions on queries or keys {@code [B, H, T, Dh]}: halves are turned by angles {@code t
   * 10000^(-2i/Dh)} (arXiv:2104.09864).
   */
  public static Value rotary(GraphBuilder graph, Value heads, int tokens, int width) {
    int half = width / 2;
    Value cos = Weights.filled(graph, "", i -> Math.cos(angle(i, width)), tokens, width);
    Value sin = Weights.filled(graph, "", i -> Math.sin(angle(i, width)), tokens, width);
    Value first = heads.slice(-1, 0, half);
    Value second = heads.slice(-1, half, width);
    return heads.times(cos).plus(graph.concat(-1, second.negative(), first).times(sin));
  }

  private static double angle(int index, int width) {
    int position = index / width;
    int pair = index % width % (width / 2);
    return position * Math.pow(10000, -2.0 * pair / width);
  }
}
