package dev.tailgate.model;

import dev.tailgate.onnx.build.Value;

/** The layers that all architectures are made of, as formulas over the last axis. */
public final class Layers {
  private static final double EPSILON = 1e-5;
  private static final Init ZERO = new Init.Constant(0);
  private static final Init ONE = new Init.Constant(1);

  private Layers() {}

  /** {@code x W + b}, {@code [.., in] -> [.., out]}; biases begin at 0. */
  public static Value linear(Net net, Value x, int in, int out, Init init) {
    return x.matMul(net.weight("weight", init, in, out)).plus(net.weight("bias", ZERO, out));
  }

  /** {@code x W}, without a bias. */
  public static Value product(Net net, Value x, int in, int out, Init init) {
    return x.matMul(net.weight("weight", init, in, out));
  }

  /** A linear map that begins as one of PyTorch does, its biases too. */
  public static Value torchLinear(Net net, Value x, int in, int out) {
    Init init = Init.fanIn(in);
    return x.matMul(net.weight("weight", init, in, out)).plus(net.weight("bias", init, out));
  }

  /** {@code (x - mean) / sqrt(var + 1e-5) g + b}. */
  public static Value layerNorm(Net net, Value x, int width) {
    return net.graph()
        .node(
            "LayerNormalization",
            x,
            net.weight("weight", ONE, width),
            net.weight("bias", ZERO, width))
        .with("axis", -1)
        .with("epsilon", (float) EPSILON)
        .value();
  }

  /** {@code x / sqrt(mean(x^2) + 1e-5) g}. */
  public static Value rmsNorm(Net net, Value x, int width) {
    Value root = x.times(x).mean(-1).plus(EPSILON).sqrt();
    return x.over(root).times(net.weight("weight", ONE, width));
  }

  /** {@code x Phi(x) = x (1 + erf(x / sqrt 2)) / 2}. */
  public static Value gelu(Value x) {
    return x.times(x.over(Math.sqrt(2)).erf().plus(1)).times(0.5);
  }

  /** {@code gelu(x W1 + b1) W2 + b2}, which begins as PyTorch's maps do. */
  public static Value mlp(Net net, Value x, int width, int hidden) {
    Value inner = gelu(torchLinear(net.at("fc1"), x, width, hidden));
    return torchLinear(net.at("fc2"), inner, hidden, width);
  }

  /** {@code x sigmoid(x)}. */
  public static Value silu(Value x) {
    return x.times(x.sigmoid());
  }

  /** The rows of a table that ids name, {@code [..] -> [.., width]}. */
  public static Value embedding(Net net, Value ids, int symbols, int width, Init init) {
    return net.weight("weight", init, symbols, width).gather(0, ids);
  }
}
