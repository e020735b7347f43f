/**
 * Adds operators in the form that the opset of the model asks for: on behalf of passes ({@link
 * dev.tailgate.onnx.build.Ops}), and by formulas of values in a graph that is built ({@link
 * dev.tailgate.onnx.build.GraphBuilder}).
 */
@NullMarked
package dev.tailgate.onnx.build;

import org.jspecify.annotations.NullMarked;
