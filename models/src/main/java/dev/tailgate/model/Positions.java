package dev.tailgate.model;

import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.ir.ElementType;

/** Vectors of positions that are added to those of tokens. */
public enum Positions {
  /** A weight for each position. */
  LEARNED,
  /** {@code sin(t / 10000^(2i/w))} and {@code cos} of the same in turns, which is not trained. */
  SINUSOIDAL;

  private static final double BASE = 10000;

  /** The vectors of as many positions as {@code ids} {@code [B, T]} has, {@code [T, width]}. */
  Value of(Net net, Value ids, int length, int width, double deviation) {
    Value all =
        this == LEARNED
            ? net.weight("positions", new Init.Normal(deviation), length, width)
            : table(net, length, width);
    return all.gather(0, range(net, ids));
  }

  /** {@code 0 .. T - 1} for ids {@code [B, T]}. */
  static Value range(Net net, Value ids) {
    Value zero = net.graph().scalar(ElementType.INT64, 0);
    Value one = net.graph().scalar(ElementType.INT64, 1);
    return zero.op("Range", ids.extent(1).squeeze(0), one).of(ElementType.INT64);
  }

  private static Value table(Net net, int length, int width) {
    float[] table = net.elements("positions", length, width);
    for (int t = 0; t < length; t++) {
      for (int i = 0; i < width; i++) {
        double angle = t / Math.pow(BASE, (i - i % 2) / (double) width);
        table[t * width + i] = (float) (i % 2 == 0 ? Math.sin(angle) : Math.cos(angle));
      }
    }
    return net.constant("positions", table, length, width);
  }
}
