/** Gradients through quantizers, by the straight-through estimator. */
@NullMarked
package dev.tailgate.onnx.gradient.quantized;

import org.jspecify.annotations.NullMarked;
