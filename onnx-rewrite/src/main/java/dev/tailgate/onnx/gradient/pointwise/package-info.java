/** Gradients of what works element by element. */
@NullMarked
package dev.tailgate.onnx.gradient.pointwise;

import org.jspecify.annotations.NullMarked;
