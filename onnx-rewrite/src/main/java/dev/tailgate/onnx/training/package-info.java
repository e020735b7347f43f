/** A model made ready for its backward pass. */
@NullMarked
package dev.tailgate.onnx.training;

import org.jspecify.annotations.NullMarked;
