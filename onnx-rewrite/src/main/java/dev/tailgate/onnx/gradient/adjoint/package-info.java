/** What a rule of differentiation is given, and what it gives. */
@NullMarked
package dev.tailgate.onnx.gradient.adjoint;

import org.jspecify.annotations.NullMarked;
