package dev.tailgate.onnx.attention;

/**
 * The gate on the context of a site, {@code sigmoid(G(x)) * context}.
 *
 * @param kind {@code linear}, {@code mlp} or {@code all_heads_linear}
 * @param values the gate itself, what the sigmoid gives, one number a head and token
 */
public record SiteGate(String kind, String values) {}
