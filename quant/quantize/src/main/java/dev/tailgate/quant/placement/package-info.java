/** Placement of quantize/dequantize pairs. */
@NullMarked
package dev.tailgate.quant.placement;

import org.jspecify.annotations.NullMarked;
