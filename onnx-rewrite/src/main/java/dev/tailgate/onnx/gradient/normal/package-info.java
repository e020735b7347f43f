/** Gradients of normalisations. */
@NullMarked
package dev.tailgate.onnx.gradient.normal;

import org.jspecify.annotations.NullMarked;
