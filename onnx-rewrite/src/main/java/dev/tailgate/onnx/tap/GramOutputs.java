package dev.tailgate.onnx.tap;

import java.util.Optional;

/**
 * Names of the graph outputs that carry the second and first moments of one activation {@code x
 * [..., K]}; sums go over the real tokens of a batch.
 *
 * @param target what is measured
 * @param gram float {@code [K, K]}: the sum of {@code x^T x}, where it was asked for
 * @param sum float {@code [1, K]}: the sum of {@code x}
 * @param rows float {@code [1, 1]}: the number of summands
 */
public record GramOutputs(TapTarget target, Optional<String> gram, String sum, String rows) {}
