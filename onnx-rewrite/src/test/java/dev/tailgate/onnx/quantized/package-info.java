@NullMarked
package dev.tailgate.onnx.quantized;

import org.jspecify.annotations.NullMarked;
