/**
 * Immutable view of an ONNX model; the only package that touches the generated protobuf classes.
 */
@NullMarked
package dev.tailgate.onnx.ir;

import org.jspecify.annotations.NullMarked;
