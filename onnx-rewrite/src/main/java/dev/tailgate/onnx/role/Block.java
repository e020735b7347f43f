package dev.tailgate.onnx.role;

import java.util.Optional;

/**
 * The tensors of one attention and of the feed-forward behind it; empty where absent.
 *
 * @param layer the block's number, from 0
 * @param style where its norms are
 * @param attnOut attention output after the projection
 * @param attnSum residual sum after the attention
 * @param attnNorm the attention's norm
 * @param ffnAct first feed-forward layer after its activation
 * @param ffnOut second feed-forward layer after bias
 * @param ffnSum residual sum after the feed-forward
 * @param ffnNorm the feed-forward's norm
 * @param output the block's output; empty when another attention of the same block follows
 * @param entry the residual stream as it comes in
 */
record Block(
    int layer,
    NormStyle style,
    Optional<String> attnOut,
    Optional<String> attnSum,
    Optional<String> attnNorm,
    Optional<String> ffnAct,
    Optional<String> ffnOut,
    Optional<String> ffnSum,
    Optional<String> ffnNorm,
    Optional<String> output,
    Optional<String> entry) {}
