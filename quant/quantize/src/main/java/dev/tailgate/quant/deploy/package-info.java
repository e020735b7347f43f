/** Quantized models as files: integer weights, kernels that really run, and what they cost. */
@NullMarked
package dev.tailgate.quant.deploy;

import org.jspecify.annotations.NullMarked;
