/** Gradients of what picks and puts elements by indices. */
@NullMarked
package dev.tailgate.onnx.gradient.index;

import org.jspecify.annotations.NullMarked;
