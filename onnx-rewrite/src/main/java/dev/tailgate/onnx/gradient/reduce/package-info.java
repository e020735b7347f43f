/** Gradients of sums, means and other reductions, and of softmax. */
@NullMarked
package dev.tailgate.onnx.gradient.reduce;

import org.jspecify.annotations.NullMarked;
