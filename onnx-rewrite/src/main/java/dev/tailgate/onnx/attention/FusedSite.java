package dev.tailgate.onnx.attention;

import dev.tailgate.onnx.ir.OnnxNode;
import java.util.Optional;

/**
 * An attention that is one operator: its scores and probabilities are not values of the graph.
 *
 * @param id printable name, unique in the graph: {@code layer 3 (/attn/MultiHeadAttention)}
 * @param layer position among all attentions of the graph, from 0
 * @param node the operator
 * @param normaliser what the operator computes
 * @param gate what its output is multiplied by
 */
public record FusedSite(
    String id, int layer, OnnxNode node, Normaliser normaliser, Optional<SiteGate> gate) {}
