package dev.tailgate.onnx.attention;

import dev.tailgate.onnx.ir.NestedGraph;

/**
 * The attentions of a subgraph or function.
 *
 * @param graph where they are
 * @param report what was found there; its nodes are those of {@link NestedGraph#view()}
 */
public record NestedAttention(NestedGraph graph, AttentionReport report) {}
