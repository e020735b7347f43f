/** The only package that touches ONNX Runtime; owns every native object. */
@NullMarked
package dev.tailgate.quant.runtime;

import org.jspecify.annotations.NullMarked;
