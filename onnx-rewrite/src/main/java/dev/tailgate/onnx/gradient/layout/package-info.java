/** Gradients of what moves, repeats or drops elements by their place. */
@NullMarked
package dev.tailgate.onnx.gradient.layout;

import org.jspecify.annotations.NullMarked;
