/** ONNX test data sets. */
@NullMarked
package dev.tailgate.data.onnx;

import org.jspecify.annotations.NullMarked;
