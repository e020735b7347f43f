/**
 * Layers whose weights passes change: linear maps and norms, with the constants behind them, and an
 * edit that gives them new ones; and the map of a model, on which they stand beside its attentions
 * and activations.
 */
@NullMarked
package dev.tailgate.onnx.layer;

import org.jspecify.annotations.NullMarked;
