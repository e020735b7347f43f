/** Gradients of graphs as ONNX Runtime computes them, against differences and other libraries. */
@NullMarked
package dev.tailgate.engine.gradient;

import org.jspecify.annotations.NullMarked;
