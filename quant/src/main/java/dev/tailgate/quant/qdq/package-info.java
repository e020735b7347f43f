/** Placement of quantize/dequantize pairs. */
@NullMarked
package dev.tailgate.quant.qdq;

import org.jspecify.annotations.NullMarked;
