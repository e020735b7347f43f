/** Quantization schemes and parameters. */
@NullMarked
package dev.tailgate.quant.scheme;

import org.jspecify.annotations.NullMarked;
