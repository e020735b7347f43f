package dev.tailgate.onnx.attention;

import dev.tailgate.onnx.ir.OnnxNode;

/**
 * What an attention gives: its probabilities times its values.
 *
 * @param product the product
 * @param merged the product back in hidden layout, heads side by side, {@code [B, T, D]}
 */
public record SiteContext(OnnxNode product, String merged) {}
