/** Quantization parameters as files, for and from other tools. */
@NullMarked
package dev.tailgate.quant.encodings;

import org.jspecify.annotations.NullMarked;
