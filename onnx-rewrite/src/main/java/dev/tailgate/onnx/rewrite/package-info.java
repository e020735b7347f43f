/**
 * Rewrites of attention: other normalisers, gates, iterated retrieval. Rules look at a site and
 * either apply or say why not; {@code AttentionRewriter} runs them over all graphs of a model.
 */
@NullMarked
package dev.tailgate.onnx.rewrite;

import org.jspecify.annotations.NullMarked;
