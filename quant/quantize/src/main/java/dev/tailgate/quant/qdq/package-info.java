/** The nodes of quantize/dequantize pairs, and the graphs that simulate a quantized model. */
@NullMarked
package dev.tailgate.quant.qdq;

import org.jspecify.annotations.NullMarked;
