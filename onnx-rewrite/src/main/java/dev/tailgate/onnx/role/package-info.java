/**
 * Names the activations of a model by their place in its blocks, and chooses which of them make a
 * headline number.
 */
@NullMarked
package dev.tailgate.onnx.role;

import org.jspecify.annotations.NullMarked;
