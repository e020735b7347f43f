/** The backward pass of a model, as a pass over its graph. */
@NullMarked
package dev.tailgate.onnx.gradient;

import org.jspecify.annotations.NullMarked;
