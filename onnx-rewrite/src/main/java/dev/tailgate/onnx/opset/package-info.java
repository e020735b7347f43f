/** Older forms of operators written in the newer one. */
@NullMarked
package dev.tailgate.onnx.opset;

import org.jspecify.annotations.NullMarked;
