/**
 * Layers whose weights passes change: linear maps and norms, with the constants behind them, and an
 * edit that gives them new ones.
 */
@NullMarked
package dev.tailgate.onnx.layer;

import org.jspecify.annotations.NullMarked;
