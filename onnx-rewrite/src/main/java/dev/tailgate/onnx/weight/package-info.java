/** The weights of a model: which constants are some, what each is for, and which are one. */
@NullMarked
package dev.tailgate.onnx.weight;

import org.jspecify.annotations.NullMarked;
