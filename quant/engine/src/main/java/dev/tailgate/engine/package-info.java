/** The only package that touches ONNX Runtime; owns every native object. */
@NullMarked
package dev.tailgate.engine;

import org.jspecify.annotations.NullMarked;
