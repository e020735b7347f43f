package dev.tailgate.onnx.attention;

import dev.tailgate.onnx.ir.OnnxNode;

/**
 * A step on the way from the product of queries and keys to the normaliser.
 *
 * @param node the node passed
 * @param dataInput which of its inputs the scores come in by
 * @param mixesHeads whether it is part of a linear map over the heads
 */
public record ScoreStep(OnnxNode node, int dataInput, boolean mixesHeads) {}
