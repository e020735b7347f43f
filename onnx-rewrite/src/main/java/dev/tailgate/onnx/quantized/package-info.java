/**
 * Models that are quantized already: what their integer operators stand for, and by which scheme
 * each product computes. Found by dataflow, whoever wrote the file.
 */
@NullMarked
package dev.tailgate.onnx.quantized;

import org.jspecify.annotations.NullMarked;
