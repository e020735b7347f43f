package dev.tailgate.onnx.attention;

import dev.tailgate.onnx.ir.OnnxNode;

/**
 * A softmax or fused attention that was looked at and is not a site.
 *
 * @param node the node; its index counts within the subgraph or function that holds it
 * @param reason what was expected and what was found instead
 */
public record NotASite(OnnxNode node, String reason) {}
