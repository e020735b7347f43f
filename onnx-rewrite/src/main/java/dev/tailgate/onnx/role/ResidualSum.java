package dev.tailgate.onnx.role;

import dev.tailgate.onnx.ir.OnnxNode;

/**
 * Where a branch joins the residual stream.
 *
 * @param node an Add, or a norm fused with its sum
 * @param branch the operand that is the branch
 * @param stream the operand that is the stream
 * @param sum the sum, {@code [B, T, D]}; empty where a fused norm keeps it to itself
 */
record ResidualSum(OnnxNode node, String branch, String stream, String sum) {}
