/** Task metrics against labels, and agreement of a quantized model with its float original. */
@NullMarked
package dev.tailgate.quant.score;

import org.jspecify.annotations.NullMarked;
