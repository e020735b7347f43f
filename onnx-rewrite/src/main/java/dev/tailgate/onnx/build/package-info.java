/** Emits operators in the form the opset of the model asks for. */
@NullMarked
package dev.tailgate.onnx.build;

import org.jspecify.annotations.NullMarked;
