/** ONNX test data sets. */
@NullMarked
package dev.tailgate.quant.data.onnx;

import org.jspecify.annotations.NullMarked;
