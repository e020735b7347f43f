/** Gradients of products of matrices and of convolutions. */
@NullMarked
package dev.tailgate.onnx.gradient.linear;

import org.jspecify.annotations.NullMarked;
