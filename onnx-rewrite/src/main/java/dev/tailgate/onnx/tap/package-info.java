/**
 * Appends reductions to a graph, so that small outputs tell the statistics of large activations.
 */
@NullMarked
package dev.tailgate.onnx.tap;

import org.jspecify.annotations.NullMarked;
