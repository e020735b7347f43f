package dev.tailgate.model;

import dev.tailgate.onnx.build.Value;

/**
 * The layer of STanHop-Net: association along time within each variable, then across the variables
 * of each segment, with learned patterns and with each other,
 *
 * <pre>
 *   x = norm1(x + hopfield(x, x))                  along time
 *   x = norm2(x + mlp1(x))
 *   x = norm3(hopfield(x, P) + hopfield(x, x))     across variables
 *   x = norm4(x + mlp2(x))
 * </pre>
 *
 * <p>The part across variables has no residual from its input, as in the published code.
 *
 * @param allNorms whether all norms are there, or the third alone
 */
record Sthm(Association association, int variables, int ffn, int patterns, boolean allNorms) {
  /** {@code [B, D, segments, width]} to the same. */
  Value of(Net net, Value input, int segments) {
    int width = association.heads().width();
    Value x = input.reshape(-1, segments, width);
    x = norm(net.at("norm1"), x.plus(association.of(net.at("time"), x, x)));
    x = norm(net.at("norm2"), x.plus(Layers.mlp(net.at("mlp1"), x, width, ffn)));
    x = x.reshape(-1, variables, segments, width).transpose(0, 2, 1, 3);
    x = x.reshape(-1, variables, width);
    Value memory = net.at("pooling").weight("patterns", new Init.Normal(1), 1, patterns, width);
    Value pooled = association.of(net.at("pooling"), x, memory);
    x = pooled.plus(association.of(net.at("series"), x, x));
    x = Layers.layerNorm(net.at("norm3"), x, width);
    x = norm(net.at("norm4"), x.plus(Layers.mlp(net.at("mlp2"), x, width, ffn)));
    return x.reshape(-1, segments, variables, width).transpose(0, 2, 1, 3);
  }

  private Value norm(Net net, Value x) {
    return allNorms ? Layers.layerNorm(net, x, association.heads().width()) : x;
  }
}
